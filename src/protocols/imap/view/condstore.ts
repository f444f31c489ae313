import type { Resync } from '../../../codecs/imap/select-parameters.ts'
import { inRanges, type NumberRange, writeSequenceSet } from '../../../codecs/imap/sequence-set.ts'
import type { UidRange } from '../../../domain/mail/types.ts'
import type { ClientDialect, SelectedFolder } from '../conversation/session-contracts.ts'
import type { ImapDialect } from '../dialect.ts'
import { ReplyBuffer } from '../reply/reply-buffer.ts'
import type { Completion } from '../reply/reply.ts'
import { ChangeWriter, type KeywordView } from './change-writer.ts'
import type { FolderView } from './folder-view.ts'

/** RFC 7162 §3.1: a command with mod-sequences enables CONDSTORE. */
export function* enablingCondstore(session: ClientDialect & SelectedFolder): Generator<string> {
  if (session.dialect.condstore) return
  session.enable({ condstore: true })
  const { selected } = session
  if (selected) yield highestModSeq(selected.view.reportedUpTo)
}

/** RFC 7162 §3.1.2.1. */
export const highestModSeq = (modSeq: number): string => `* OK [HIGHESTMODSEQ ${modSeq}] Highest\r\n`

/**
 * RFC 7162 §3.2.7: the response code of a command that expunges: the mod-sequence up to which the client knows every
 * change.
 */
export const highestModSeqCode = ({ qresync }: ImapDialect, view: FolderView): Completion =>
  qresync ? { code: () => `HIGHESTMODSEQ ${view.reportedUpTo}` } : {}

/** Replies are yielded at this size, in octets. */
const FULL = 128 * 1024

/**
 * RFC 7162 §3.2.5.1: the expunges and changes since the client's last session, for the messages that it knows. `gone`:
 * the UIDs that were expunged since then.
 */
export function* resynchronised(
  selected: KeywordView,
  dialect: ImapDialect,
  { modSeq, known }: Pick<Resync, 'modSeq' | 'known'>,
  gone: readonly UidRange[],
): Generator<string | Uint8Array> {
  const { view } = selected
  const within: readonly NumberRange[] = known ?? [[1, view.index.uidNext - 1]]
  yield vanishedEarlier(view, gone, within)
  const out = new ReplyBuffer()
  const writer = new ChangeWriter(selected, dialect, true)
  for (const uid of inRanges(view.changedSince(modSeq), within, (each) => each)) {
    writer.write(out, uid, true)
    if (out.length > FULL) yield out.take()
  }
  yield out.take()
}

/**
 * RFC 7162 §3.2.10 `VANISHED (EARLIER)` for the UIDs in the ranges, which ascend. Messages that the client still counts
 * are left out; a later update reports them.
 */
export function vanishedEarlier(view: FolderView, gone: readonly UidRange[], within: readonly NumberRange[]): string {
  const reported = uncounted(view, overlap(gone, within))
  return reported.length === 0 ? '' : `* VANISHED (EARLIER) ${writeSequenceSet(reported)}\r\n`
}

function overlap(one: readonly NumberRange[], other: readonly NumberRange[]): NumberRange[] {
  const result: NumberRange[] = []
  for (let at = 0, next = 0; at < one.length && next < other.length;) {
    const [from, to] = [Math.max(one[at]![0], other[next]![0]), Math.min(one[at]![1], other[next]![1])]
    if (from <= to) result.push([from, to])
    if (one[at]![1] < other[next]![1]) at += 1
    else next += 1
  }
  return result
}

function uncounted(view: FolderView, ranges: readonly NumberRange[]): NumberRange[] {
  const result: NumberRange[] = []
  for (const [from, to] of ranges) {
    let next = from
    for (const uid of view.countedWithin(from, to)) {
      if (uid > next) result.push([next, uid - 1])
      next = uid + 1
    }
    if (next <= to) result.push([next, to])
  }
  return result
}
