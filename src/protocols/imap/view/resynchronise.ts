import type { Resync } from '../../../codecs/imap/select-parameters.ts'
import { inRanges, type NumberRange, writeSequenceSet } from '../../../codecs/imap/sequence-set.ts'
import type { UidRange } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'
import { ReplyBuffer } from '../reply/reply-buffer.ts'
import { ChangeWriter, type KeywordView } from './change-writer.ts'
import type { FolderView } from './folder-view.ts'

/** Answers are handed on when there is so much of them. */
const FULL = 128 * 1024

/**
 * RFC 7162 §3.2.5.1: what went and what changed since the client was last here, of the messages that it holds. `gone` are
 * the UIDs that went since.
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
 * RFC 7162 §3.2.10 `VANISHED (EARLIER)`: those of the UIDs that lie within the ranges, which are ascending too. What the
 * client still counts is told when its turn comes.
 */
export function vanishedEarlier(view: FolderView, gone: readonly UidRange[], within: readonly NumberRange[]): string {
  const told = uncounted(view, overlap(gone, within))
  return told.length === 0 ? '' : `* VANISHED (EARLIER) ${writeSequenceSet(told)}\r\n`
}

function overlap(one: readonly NumberRange[], other: readonly NumberRange[]): NumberRange[] {
  const result: NumberRange[] = []
  for (let at = 0, beside = 0; at < one.length && beside < other.length;) {
    const [from, to] = [Math.max(one[at]![0], other[beside]![0]), Math.min(one[at]![1], other[beside]![1])]
    if (from <= to) result.push([from, to])
    if (one[at]![1] < other[beside]![1]) at += 1
    else beside += 1
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
