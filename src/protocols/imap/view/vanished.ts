import { type NumberRange, writeSequenceSet } from '../../../codecs/imap/sequence-set.ts'
import type { UidRange } from '../../../domain/mail/types.ts'
import type { FolderView } from './folder-view.ts'

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
