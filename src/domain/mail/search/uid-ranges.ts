import type { SearchKey } from '../types.ts'

/** Both ends belong to it, the smaller first. */
export type Range = readonly [first: number, last: number]

/** The same numbers in ranges that ascend and do not touch. */
export function merged(ranges: readonly Range[]): readonly Range[] {
  const sorted = ranges.map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const).sort((a, b) => a[0] - b[0])
  const result: [number, number][] = []
  for (const [first, last] of sorted) {
    const before = result.at(-1)
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else result.push([first, last])
  }
  return result
}

const everything: readonly Range[] = [[1, Infinity]]

/** UIDs outside of which nothing fits, in ranges that ascend and do not touch: nothing else has to be looked at. */
export function scopeOf(query: SearchKey): readonly Range[] {
  if (query.key === 'uids') return merged(query.ranges)
  if (query.key !== 'and') return everything
  return query.of.map(scopeOf).reduce((one, other) => (widthOf(other) < widthOf(one) ? other : one), everything)
}

const widthOf = (ranges: readonly Range[]): number => ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)
