import type { NumberRange } from '../../../codecs/imap/sequence-set.ts'
import type { Uid } from '../../../core/ids.ts'
import type { SearchKey } from '../../../domain/mail/types.ts'

/** A search key for ascending UIDs. */
export const uidsKey = (ascending: readonly Uid[]): SearchKey => rangesKey(uidRanges(ascending))

export const rangesKey = (ranges: readonly NumberRange[]): SearchKey => ({
  key: 'uids',
  ranges: ranges as readonly (readonly [Uid, Uid])[],
})

/** The ranges of ascending UIDs; they ascend and do not touch. */
export function uidRanges(ascending: readonly Uid[]): readonly NumberRange[] {
  const ranges: [number, number][] = []
  for (const uid of ascending) {
    const last = ranges[ranges.length - 1]
    if (last && last[1] === uid - 1) last[1] = uid
    else ranges.push([uid, uid])
  }
  return ranges
}
