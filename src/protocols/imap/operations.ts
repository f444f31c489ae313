import type { FetchItem } from '../../codecs/imap/fetch-items.ts'
import type { SearchTerm } from '../../codecs/imap/search-keys.ts'
import { Refusal } from '../../core/refusal.ts'
import type { ImapOperation } from '../../domain/audit/types.ts'
import type { Flags } from '../../domain/mail/types.ts'
import { bitOf } from './reply/flag-text.ts'

/** The operations that a completed command counts as. */
export type CountedOperation = readonly ImapOperation[]

export function fetched(items: readonly FetchItem[], known: { readonly changedSince?: number }): CountedOperation {
  const kinds = new Set<ImapOperation>()
  for (const item of items) {
    const kind = itemKind(item)
    if (kind) kinds.add(kind)
    if (item.item === 'content' && !item.peek) kinds.add('mark seen')
  }
  if (known.changedSince !== undefined) kinds.add('resynchronise')
  if (kinds.size === 0) kinds.add('fetch flags')
  return [...kinds]
}

/** Undefined for an item that every FETCH may have. */
function itemKind(it: FetchItem): ImapOperation | undefined {
  switch (it.item) {
    case 'ENVELOPE':
      return 'fetch headers'
    case 'BODY':
    case 'BODYSTRUCTURE':
      return 'fetch structure'
    case 'PREVIEW':
      return 'fetch one part'
    case 'content': {
      const { of, part } = it.section
      if (of === 'mime' || it.binary === 'size') return 'fetch structure'
      if (part.length > 0 || of === 'text') return 'fetch one part'
      return of === 'everything' ? 'fetch whole message' : 'fetch headers'
    }
    default:
      return undefined
  }
}

/** A search counts as its most expensive kind of key. */
export function searched(term: SearchTerm | Refusal): CountedOperation {
  if (term instanceof Refusal) return []
  const kinds = new Set(kindsIn(term))
  return [byWeight.find((kind) => kinds.has(kind)) ?? 'search fields']
}

const byWeight = ['search text', 'search headers', 'search unseen'] as const

function* kindsIn(term: SearchTerm): Generator<ImapOperation> {
  switch (term.key) {
    case 'body':
    case 'text':
      yield 'search text'
      break
    case 'header':
      if (!ownFields.has(term.name.toUpperCase())) yield 'search headers'
      break
    case 'new':
    case 'recent':
      yield 'search unseen'
      break
    case 'flag':
      if (term.flag === '\\Seen') yield 'search unseen'
      break
    case 'not':
    case 'fuzzy':
      yield* kindsIn(term.of)
      break
    case 'or':
    case 'and':
      for (const each of term.of) yield* kindsIn(each)
      break
    default:
  }
}

/** Header fields that Postern stores as fields of a message. */
const ownFields = new Set(['BCC', 'CC', 'FROM', 'SUBJECT', 'TO', 'MESSAGE-ID', 'DATE', 'SENDER'])

const flagKinds: readonly (readonly [bit: number, kind: ImapOperation])[] = [
  [bitOf('\\Seen'), 'mark seen'],
  [bitOf('\\Flagged'), 'flag'],
  [bitOf('\\Answered'), 'mark answered'],
  [bitOf('\\Deleted'), 'mark deleted'],
]

export const flagged = ({ system, keywords }: Flags): CountedOperation => [
  ...flagKinds.filter(([bit]) => system & bit).map(([, kind]) => kind),
  ...(keywords.length > 0 ? (['set keywords'] as const) : []),
]
