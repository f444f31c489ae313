import {
  type EsearchResult,
  isAnswered,
  reportedResults,
  type ReturnOptions,
  writeEsearch,
} from '../../../codecs/imap/esearch.ts'
import type { SearchTerm } from '../../../codecs/imap/search-keys.ts'
import type { Uid } from '../../../core/ids.ts'
import type { SortCriterion, SortOrder } from '../../../domain/mail/types.ts'
import type { searchHighest } from '../message-limit.ts'
import { ReplyBuffer } from '../reply/reply-buffer.ts'
import type { Completion, ImapReply } from '../reply/reply.ts'
import type { FolderView } from '../view/folder-view.ts'
import type { SearchedFolder, SearchProgram, SearchWork } from './contracts.ts'
import { programOf } from './search-key.ts'

/** The result of a search. */
export interface SearchResult {
  /** In the requested order. */
  readonly uids: readonly Uid[]
  readonly relevancy: SearchProgram['relevancy']
  /** The response code of a search that did not examine every message. */
  readonly done: Pick<Completion, 'limited'>
}

interface SearchInput {
  readonly term: SearchTerm
  readonly order?: readonly Order[] | undefined
  /** RFC 9738: limits the messages that the search examines. */
  readonly limit?: typeof searchHighest
}

export interface Order {
  readonly by: SortCriterion | 'relevancy'
  readonly reverse: boolean
}

/** Runs a search. The result has only messages that the client counts. */
export async function runSearch(
  session: SearchWork,
  searched: SearchedFolder,
  { term, order, limit }: SearchInput,
): Promise<SearchResult> {
  const { view } = searched
  const { key: whole, relevancy } = await programOf(term, searched, session)
  const { key, ...done } = limit ? limit(whole, view, session.deps.settings) : { key: whole }
  const found =
    // ALL needs no search.
    key.key === 'all'
      ? view.byUid([[1, view.lastUid]]).uids
      : counted(view, await searched.mailbox.search(searched.folder.id, key, session.wire.left))
  const uids = order
    ? counted(view, await sorted(searched, found, order, { relevancy, signal: session.wire.left }))
    : found
  return { uids, relevancy, done }
}

const counted = (view: FolderView, uids: readonly Uid[]): readonly Uid[] => uids.filter((uid) => view.holds(uid))

/** The content of a search response. */
interface Result {
  /** In the order of the response. */
  readonly uids: readonly Uid[]
  readonly relevancy: (uid: Uid) => number
  /** RFC 7162 §3.1.5, §3.1.6: the response has a mod-sequence if the search had a MODSEQ key. */
  readonly withModSeq: boolean
}

export interface AnswerOptions {
  readonly name: 'SEARCH' | 'SORT' | 'ESEARCH'
  readonly tag: string
  readonly uid: boolean
  readonly view: FolderView
  readonly at?: EsearchResult['at']
  /** Undefined for the response format from before RFC 4731. */
  readonly options: ReturnOptions | undefined
  /** Saves these messages, in order of UID, as `$`. */
  readonly save: (uids: readonly Uid[]) => void
}

/** Yields the response to a search, and saves `$`. */
export function* searchAnswer(
  { name, tag, uid, view, at, options, save }: AnswerOptions,
  result: Result,
): Generator<ImapReply> {
  const { uids, relevancy, withModSeq } = result
  const numberOf = (each: Uid): number => (uid ? each : view.seqOf(each))
  const reported = options ? reportedResults(options, uids) : uids
  if (options?.save) save(reported.toSorted((one, other) => one - other))
  const modSeq = withModSeq ? highest(view, reported) : undefined
  if (!options) yield plain(name, uids, numberOf, modSeq)
  else if (isAnswered(options)) {
    const scores = options.relevancy ? uids.map(relevancy) : undefined
    yield writeEsearch(options, { tag, uid, at, numbers: uids.map(numberOf), relevancy: scores, modSeq })
  }
}

const highest = ({ index }: FolderView, uids: readonly Uid[]): number =>
  uids.reduce((most, uid) => Math.max(most, index.modSeqAt(index.positionOf(uid))), 0)

function plain(
  name: string,
  uids: readonly Uid[],
  numberOf: (uid: Uid) => number,
  modSeq: number | undefined,
): Uint8Array {
  const out = new ReplyBuffer(4096).text(`* ${name}`)
  for (const uid of uids) out.text(' ').number(numberOf(uid))
  if (modSeq) out.text(' (MODSEQ ').number(modSeq).text(')')
  return out.text('\r\n').take()
}

interface Sorting extends Pick<SearchProgram, 'relevancy'> {
  /** Cancels long work. */
  readonly signal: AbortSignal
}

/** Sorts ascending UIDs by the keys. The store sorts by every key except relevancy, which it does not know. */
export async function sorted(
  searched: SearchedFolder,
  uids: readonly Uid[],
  order: readonly Order[],
  { relevancy, signal }: Sorting,
): Promise<readonly Uid[]> {
  const at = order.findIndex(({ by }) => by === 'relevancy')
  const [before, after] = [at < 0 ? order : order.slice(0, at), at < 0 ? [] : order.slice(at + 1)].map(stored)
  const by: ByStore = (some) =>
    some.length === 0 ? Promise.resolve(uids) : searched.mailbox.sort(searched.folder.id, uids, some, signal)
  if (at < 0) return by(before!)
  const groups = await groupsBy(by, before!)
  const rest = positionsIn(await by(after!))
  // RFC 6203 §6: the most relevant message comes first.
  const sign = order[at]!.reverse ? 1 : -1
  return uids
    .filter((uid) => groups.has(uid) && rest.has(uid))
    .map((uid) => ({ uid, group: groups.get(uid)!, score: sign * relevancy(uid), position: rest.get(uid)! }))
    .sort((one, other) => one.group - other.group || one.score - other.score || one.position - other.position)
    .map(({ uid }) => uid)
}

const stored = (order: readonly Order[]): readonly SortOrder[] =>
  order.filter((each): each is SortOrder => each.by !== 'relevancy')

type ByStore = (order: readonly SortOrder[]) => Promise<readonly Uid[]>

const positionsIn = (uids: readonly Uid[]): ReadonlyMap<Uid, number> =>
  new Map(uids.map((uid, position) => [uid, position]))

/**
 * Numbers the groups of equal messages. Equal messages keep their order when the keys are reversed; other messages do
 * not.
 */
async function groupsBy(by: ByStore, order: readonly SortOrder[]): Promise<ReadonlyMap<Uid, number>> {
  const forward = await by(order)
  const reversed = order.map(({ by, reverse }) => ({ by, reverse: !reverse }))
  const backward = positionsIn(await by(reversed))
  const groups = new Map<Uid, number>()
  let group = 0
  let last = -1
  for (const uid of forward) {
    const position = backward.get(uid)
    if (position === undefined) continue
    if (position < last) group += 1
    groups.set(uid, group)
    last = position
  }
  return groups
}
