import { type Found, isAnswered, type ReturnOptions, spokenOf, writeEsearch } from '../../../codecs/imap/esearch.ts'
import type { Uid } from '../../../core/ids.ts'
import type { FolderView } from '../view/folder-view.ts'
import { ReplyBuffer } from '../reply/reply-buffer.ts'
import type { Reply } from '../reply/reply.ts'

/** What was found in the selected folder. */
export interface Result {
  /** In the order of the answer. */
  readonly uids: readonly Uid[]
  readonly relevancy: (uid: Uid) => number
  /** RFC 7162 §3.1.5, §3.1.6: the answer tells a mod-sequence where the search asked about some. */
  readonly withModSeq: boolean
}

interface Asking {
  readonly name: 'SEARCH' | 'SORT' | 'ESEARCH'
  readonly tag: string
  readonly uid: boolean
  readonly view: FolderView
  readonly at?: Found['at']
  /** Undefined where the answer is to be as it was before RFC 4731. */
  readonly asked: ReturnOptions | undefined
}

/** The answer to a search, and what becomes `$`. */
export function* searchAnswer({ name, tag, uid, view, at, asked }: Asking, result: Result): Generator<Reply> {
  const { uids, relevancy, withModSeq } = result
  const numberOf = (each: Uid): number => (uid ? each : view.seqOf(each))
  const spoken = asked ? spokenOf(asked, uids) : uids
  if (asked?.save) view.save(spoken.toSorted((one, other) => one - other))
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
