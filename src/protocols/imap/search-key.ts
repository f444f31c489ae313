import type { SearchTerm } from '../../codecs/imap/search-keys.ts'
import { type MessageSet, type NumberRange, resolveSet } from '../../codecs/imap/sequence-set.ts'
import type { ModSeq, Uid } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { Mailbox, SearchKey } from '../../domain/mail/types.ts'
import type { Dialect } from './dialect.ts'
import type { FolderView } from './folder-view.ts'
import type { Selected, StateAt } from './state.ts'

/** Keys that came with extensions. */
const extensions: ReadonlySet<SearchTerm['key']> = new Set([
  'modseq',
  'older',
  'younger',
  'emailid',
  'threadid',
  'savedatesupported',
])

/** RFC 9586 §3.2: nor are numbers searched for by who knows none. */
export function refuseNumbers(term: SearchTerm): void {
  if (term.key === 'sequence' && term.set !== '$') {
    refuse('bad-syntax', 'Numbers are no longer understood', { code: 'UIDREQUIRED' })
  }
  for (const part of partsOf(term)) refuseNumbers(part)
}

/** Exchange Online has no user keywords and no extensions, and takes a search for one as an error in the argument. */
export function refuseUnobserved(term: SearchTerm, dialect: Dialect): void {
  if (!dialect.exchange) return
  if (term.key === 'flag' && term.keyword) refuse('bad-syntax', 'There are no keywords')
  const saved = 'day' in term && term.of === 'saved'
  if (saved || extensions.has(term.key) || ('set' in term && term.set === '$')) {
    refuse('bad-syntax', 'There is no such search key')
  }
  for (const part of partsOf(term)) refuseUnobserved(part, dialect)
}

const partsOf = (term: SearchTerm): readonly SearchTerm[] => {
  if (term.key === 'not') return [term.of]
  return term.key === 'or' || term.key === 'and' ? term.of : []
}

interface Context {
  readonly view: FolderView
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The messages with an id that the search names, by what `nameOf` makes of it. */
  readonly identified: ReadonlyMap<string, readonly Uid[]>
}

/**
 * What the store is asked: sequence numbers, `\Recent` and `$` are turned into UIDs, since they mean something in this
 * session only; so are object ids.
 */
export async function keyOf(
  term: SearchTerm,
  { mailbox, selected }: Pick<StateAt<'selected'>, 'mailbox' | 'selected'>,
  world: World,
): Promise<SearchKey> {
  const ids = new Set(objectIds(term))
  const identified = ids.size > 0 ? await identify(mailbox, selected, ids) : new Map<string, Uid[]>()
  return convert(term, { view: selected.view, now: world.now(), identified })
}

function convert(term: SearchTerm, context: Context): SearchKey {
  const { view, now, identified } = context
  switch (term.key) {
    case 'all':
    // RFC 8514 §4.3: every folder keeps them.
    case 'savedatesupported':
      return { key: 'all' }
    case 'uid':
      return uids(term.set === '$' ? runs(view.saved) : resolveSet(term.set, view.lastUid))
    case 'sequence':
      return uids(runs(bySeq(view, term.set)))
    case 'recent':
      return uids(view.recent)
    case 'old':
      return { key: 'not', of: uids(view.recent) }
    case 'new':
      return { key: 'and', of: [uids(view.recent), { key: 'flag', flag: '\\Seen', set: false }] }
    case 'flag':
      return { key: 'flag', flag: term.flag, set: term.set }
    case 'modseq':
      return { key: 'modseq', from: term.from as ModSeq }
    case 'older':
    case 'younger':
      return { key: term.key, than: now - term.seconds * 1000 }
    case 'emailid':
    case 'threadid':
      return uids(runs(identified.get(nameOf(term)) ?? []))
    case 'not':
      return { key: 'not', of: convert(term.of, context) }
    case 'or':
    case 'and':
      return { key: term.key, of: term.of.map((part) => convert(part, context)) }
    default:
      return term
  }
}

function* objectIds(term: SearchTerm): Generator<string> {
  if (term.key === 'emailid' || term.key === 'threadid') yield nameOf(term)
  for (const part of partsOf(term)) yield* objectIds(part)
}

async function identify(
  mailbox: Mailbox,
  { view, folder }: Selected,
  ids: ReadonlySet<string>,
): Promise<Map<string, Uid[]>> {
  const found = new Map(Array.from(ids, (id) => [id, [] as Uid[]]))
  const everything = view.byUid([[1, view.lastUid]]).uids
  const parts = Object.values(partOf)
  for await (const chunk of mailbox.metadata(folder.id, everything, parts)) {
    for (const uid of chunk.uids) {
      for (const part of parts) found.get(`${part} ${bare(chunk.text(part, uid))}`)?.push(uid)
    }
  }
  return found
}

/** RFC 8474 §6: where a message has the id that a key asks for. */
const partOf = { emailid: 'emailId', threadid: 'threadId' } as const

const nameOf = ({ key, id }: { readonly key: keyof typeof partOf; readonly id: string }): string =>
  `${partOf[key]} ${id}`

const bare = (id: string): string => id.replace(/^\((.*)\)$/, '$1')

const uids = (ranges: readonly NumberRange[]): SearchKey => ({
  key: 'uids',
  ranges: ranges as readonly (readonly [Uid, Uid])[],
})

/** Numbers beyond the last message match nothing. */
const bySeq = (view: FolderView, set: MessageSet): readonly Uid[] => {
  if (set === '$') return view.saved
  const ranges = resolveSet(set, view.count)
    .filter(([from]) => from <= view.count)
    .map(([from, to]) => [from, Math.min(to, view.count)] as const)
  return view.bySeq(ranges).uids
}

/** Whether a search asks about mod-sequences, and its answer tells them (RFC 7162 §3.1.5). */
export const asksModSeq = (term: SearchTerm): boolean => term.key === 'modseq' || partsOf(term).some(asksModSeq)

function runs(ascending: readonly Uid[]): (readonly [Uid, Uid])[] {
  const ranges: [Uid, Uid][] = []
  for (const uid of ascending) {
    const last = ranges[ranges.length - 1]
    if (last && last[1] === uid - 1) last[1] = uid
    else ranges.push([uid, uid])
  }
  return ranges
}
