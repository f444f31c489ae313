import type { SearchTerm } from '../../../codecs/imap/search-keys.ts'
import { type MessageSet, resolveSet } from '../../../codecs/imap/sequence-set.ts'
import type { ModSeq, Uid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { SearchKey } from '../../../domain/mail/types.ts'
import type { FolderView } from '../view/folder-view.ts'
import type { SearchedFolder, SearchProgram, SearchWork } from './contracts.ts'
import { type Find, relevancy, type TextTerm } from './fuzzy-match.ts'
import { isFuzzy, partsOf } from './search-terms.ts'
import { rangesKey, uidsKey } from './uid-keys.ts'

interface Context {
  readonly view: FolderView
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The messages with an id that the search names; the key comes from `nameOf`. */
  readonly identified: ReadonlyMap<string, readonly Uid[]>
  /** The relevancy of the messages that match a text fuzzily. */
  readonly alike: ReadonlyMap<SearchTerm, ReadonlyMap<Uid, number>>
}

/** Maximum number of fuzzy texts in one search: each becomes many keys (RFC 6203 §8). */
const MOST_FUZZY = 16

/**
 * Converts a search for the store. Sequence numbers, `\Recent` and `$` become UIDs, since they have a meaning in this
 * session only; so do object ids and fuzzy texts. `among`: the only messages whose result matters.
 */
export async function programOf(
  term: SearchTerm,
  searched: SearchedFolder,
  { deps, wire }: Pick<SearchWork, 'deps' | 'wire'>,
  among?: readonly Uid[],
): Promise<SearchProgram> {
  const { mailbox, folder, view } = searched
  const ids = new Set(objectIds(term))
  const identified =
    ids.size > 0 ? await identify(searched, ids, { among, signal: wire.left }) : new Map<string, Uid[]>()
  const plain: Context = { view, now: deps.world.now(), identified, alike: new Map() }
  if (!isFuzzy(term)) return { key: convert(term, plain), relevancy: () => 100 }
  const scope = among ? [uidsKey(among)] : []
  const find: Find = (key) => mailbox.search(folder.id, { key: 'and', of: [...scope, key] }, wire.left)
  const alike = await likenesses(term, plain, find)
  return { key: convert(term, { ...plain, alike }), relevancy: relevancyOf(term, alike) }
}

/** Matches the fuzzy texts, only in the messages that match all other keys. */
async function likenesses(
  term: SearchTerm,
  context: Context,
  find: Find,
): Promise<ReadonlyMap<SearchTerm, ReadonlyMap<Uid, number>>> {
  const exact = (term.key === 'and' ? term.of : []).filter((part) => !isFuzzy(part))
  const scope =
    exact.length > 0 ? uidsKey(await find(convert({ key: 'and', of: exact }, context))) : ({ key: 'all' } as const)
  const alike = new Map<SearchTerm, ReadonlyMap<Uid, number>>()
  const texts = Array.from(fuzzyTexts(term))
  if (texts.length > MOST_FUZZY) refuse('too-big', 'Too many fuzzy texts', { code: 'LIMIT' })
  for (const { text } of texts) {
    alike.set(text, await relevancy(text, (key) => find({ key: 'and', of: [scope, key] })))
  }
  return alike
}

interface FuzzyText {
  readonly text: TextTerm
  /** The text is below NOT. */
  readonly negated: boolean
}

function* fuzzyTexts(term: SearchTerm, fuzzy = false, negated = false): Generator<FuzzyText> {
  if (fuzzy && 'text' in term) yield { text: term, negated }
  for (const part of partsOf(term)) {
    yield* fuzzyTexts(part, fuzzy || term.key === 'fuzzy', negated !== (term.key === 'not'))
  }
}

/** The mean over the texts that are not below NOT. Keys without text match exactly and do not count. */
function relevancyOf(term: SearchTerm, alike: Context['alike']): (uid: Uid) => number {
  const positive = Array.from(fuzzyTexts(term)).filter(({ negated }) => !negated)
  const scores = positive.map(({ text }) => alike.get(text)!)
  if (scores.length === 0) return () => 100
  return (uid) => {
    const sum = scores.reduce((total, each) => total + (each.get(uid) ?? 0), 0)
    return Math.max(1, Math.round(sum / scores.length))
  }
}

function convert(term: SearchTerm, context: Context): SearchKey {
  const { view, now, identified } = context
  switch (term.key) {
    case 'all':
    // RFC 8514 §4.3: every folder keeps save dates.
    case 'savedatesupported':
      return { key: 'all' }
    case 'uid':
      return term.set === '$' ? uidsKey(view.saved) : rangesKey(resolveSet(term.set, view.lastUid))
    case 'uidafter':
      return rangesKey([[term.uid + 1, Number.MAX_SAFE_INTEGER]])
    case 'uidbefore':
      return rangesKey(term.uid > 1 ? [[1, term.uid - 1]] : [])
    case 'sequence':
      return uidsKey(messagesIn(view, term.set))
    case 'recent':
      return rangesKey(view.recent)
    case 'old':
      return { key: 'not', of: rangesKey(view.recent) }
    case 'new':
      return { key: 'and', of: [rangesKey(view.recent), { key: 'flag', flag: '\\Seen', set: false }] }
    case 'flag':
      return { key: 'flag', flag: term.flag, set: term.set }
    case 'modseq':
      return { key: 'modseq', from: term.from as ModSeq }
    // RFC 5032 §2: with the resolution of INTERNALDATE, a second.
    case 'older':
      return { key: 'older', than: secondsAgo(now, term.seconds) + 999 }
    case 'younger':
      return { key: 'younger', than: secondsAgo(now, term.seconds) }
    case 'emailid':
    case 'threadid':
      return uidsKey(identified.get(nameOf(term)) ?? [])
    case 'not':
      return { key: 'not', of: convert(term.of, context) }
    case 'or':
    case 'and':
      return { key: term.key, of: term.of.map((part) => convert(part, context)) }
    // RFC 6203 §5: keys without text match exactly.
    case 'fuzzy':
      return convert(term.of, context)
    case 'header':
    case 'body':
    case 'text': {
      const alike = context.alike.get(term)
      return alike ? uidsKey([...alike.keys()].sort((a, b) => a - b)) : term
    }
    default:
      return term
  }
}

const secondsAgo = (now: number, seconds: number): number => (Math.floor(now / 1000) - seconds) * 1000

function* objectIds(term: SearchTerm): Generator<string> {
  if (term.key === 'emailid' || term.key === 'threadid') yield nameOf(term)
  for (const part of partsOf(term)) yield* objectIds(part)
}

async function identify(
  { mailbox, folder, view: { index } }: SearchedFolder,
  ids: ReadonlySet<string>,
  { among, signal }: { readonly among: readonly Uid[] | undefined; readonly signal: AbortSignal },
): Promise<Map<string, Uid[]>> {
  const found = new Map(Array.from(ids, (id) => [id, [] as Uid[]]))
  const everything = () => Array.from({ length: index.count }, (_, position) => index.uidAt(position))
  const parts = Object.values(partOf)
  for await (const chunk of mailbox.metadata(folder.id, among ?? everything(), parts)) {
    signal.throwIfAborted()
    for (const uid of chunk.uids) {
      for (const part of parts) found.get(`${part} ${bare(chunk.text(part, uid))}`)?.push(uid)
    }
  }
  return found
}

/** RFC 8474 §6: the metadata with the id of each key. */
const partOf = { emailid: 'emailId', threadid: 'threadId' } as const

const nameOf = ({ key, id }: { readonly key: keyof typeof partOf; readonly id: string }): string =>
  `${partOf[key]} ${id}`

const bare = (id: string): string => id.replace(/^\((.*)\)$/, '$1')

/** The messages of a set of numbers. Numbers beyond the last message are ignored. */
export function messagesIn(view: FolderView, set: MessageSet): readonly Uid[] {
  if (set === '$') return view.saved
  const ranges = resolveSet(set, view.count)
    .filter(([from]) => from <= view.count)
    .map(([from, to]) => [from, Math.min(to, view.count)] as const)
  return view.bySeq(ranges).uids
}
