import {
  type EsearchResult,
  isAnswered,
  type ReturnOptions,
  reportedResults,
  writeEsearch,
} from '../../../codecs/imap/esearch.ts'
import type { SearchTerm } from '../../../codecs/imap/search-keys.ts'
import type { Uid } from '../../../core/ids.ts'
import type { searchHighest } from '../message-limit.ts'
import { ReplyBuffer } from '../reply/reply-buffer.ts'
import type { Completion, ImapReply } from '../reply/reply.ts'
import type { FolderView } from '../view/folder-view.ts'
import { programOf } from './search-key.ts'
import type { SearchedFolder, SearchProgram, SearchWork } from './contracts.ts'
import { type Order, sorted } from './sorted.ts'

/** What a search found. */
export interface SearchResult {
  /** In the order that was asked for. */
  readonly uids: readonly Uid[]
  readonly relevancy: SearchProgram['relevancy']
  /** What the tagged line tells of a search that did not look at everything. */
  readonly done: Pick<Completion, 'limited'>
}

interface SearchInput {
  readonly term: SearchTerm
  readonly order?: readonly Order[] | undefined
  /** RFC 9738: how many messages may be looked at. */
  readonly limit?: typeof searchHighest
}

/** The messages that fit and that the client counts: what it has not been told of yet is not found. */
export async function runSearch(
  session: SearchWork,
  searched: SearchedFolder,
  { term, order, limit }: SearchInput,
): Promise<SearchResult> {
  const { view } = searched
  const { key: whole, relevancy } = await programOf(term, searched, session)
  const { key, ...done } = limit ? limit(whole, view, session.deps.settings) : { key: whole }
  const found =
    // Nothing has to be looked at to find everything.
    key.key === 'all'
      ? view.byUid([[1, view.lastUid]]).uids
      : counted(view, await searched.mailbox.search(searched.folder.id, key, session.wire.left))
  const uids = order
    ? counted(view, await sorted(searched, found, order, { relevancy, signal: session.wire.left }))
    : found
  return { uids, relevancy, done }
}

const counted = (view: FolderView, uids: readonly Uid[]): readonly Uid[] => uids.filter((uid) => view.holds(uid))

/** What was found in the selected folder. */
interface Result {
  /** In the order of the answer. */
  readonly uids: readonly Uid[]
  readonly relevancy: (uid: Uid) => number
  /** RFC 7162 §3.1.5, §3.1.6: the answer tells a mod-sequence where the search asked about some. */
  readonly withModSeq: boolean
}

export interface AnswerOptions {
  readonly name: 'SEARCH' | 'SORT' | 'ESEARCH'
  readonly tag: string
  readonly uid: boolean
  readonly view: FolderView
  readonly at?: EsearchResult['at']
  /** Undefined where the answer is to be as it was before RFC 4731. */
  readonly asked: ReturnOptions | undefined
  /** Makes these messages, in order of UID, what `$` stands for. */
  readonly save: (uids: readonly Uid[]) => void
}

/** The answer to a search, and what becomes `$`. */
export function* searchAnswer(
  { name, tag, uid, view, at, asked, save }: AnswerOptions,
  result: Result,
): Generator<ImapReply> {
  const { uids, relevancy, withModSeq } = result
  const numberOf = (each: Uid): number => (uid ? each : view.seqOf(each))
  const spoken = asked ? reportedResults(asked, uids) : uids
  if (asked?.save) save(spoken.toSorted((one, other) => one - other))
  const modSeq = withModSeq ? highest(view, spoken) : undefined
  if (!asked) yield plain(name, uids, numberOf, modSeq)
  else if (isAnswered(asked)) {
    const scores = asked.relevancy ? uids.map(relevancy) : undefined
    yield writeEsearch(asked, { tag, uid, at, numbers: uids.map(numberOf), relevancy: scores, modSeq })
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
