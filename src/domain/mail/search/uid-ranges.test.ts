import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SearchKey } from '../types.ts'
import { merged, type Range, scopeOf } from './leaves.ts'

const ranges = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })), { maxLength: 6 })
const numbersIn = (some: readonly Range[]): number[] =>
  Array.from({ length: 31 }, (_, n) => n).filter((n) =>
    some.some(([a, b]) => Math.min(a, b) <= n && n <= Math.max(a, b)),
  )

test('merged ranges hold the same numbers, ascend and do not touch', () => {
  fc.assert(
    fc.property(ranges, (some) => {
      const result = merged(some)
      expect(numbersIn(result)).toEqual(numbersIn(some))
      for (const [nth, [first, last]] of result.entries()) {
        expect(first).toBeLessThanOrEqual(last)
        if (nth > 0) expect(first).toBeGreaterThan(result[nth - 1]![1] + 1)
      }
    }),
  )
})

const uids = (...some: Range[]): SearchKey => ({ key: 'uids', ranges: some as never })
const all: SearchKey = { key: 'all' }

test.each<[string, SearchKey, readonly Range[]]>([
  ['everything', all, [[1, Infinity]]],
  ['those that are named', uids([5, 3], [4, 8]), [[3, 8]]],
  ['none', uids(), []],
  [
    'the narrowest of what has to hold',
    { key: 'and', of: [all, uids([1, 50]), uids([7, 9], [20, 20])] },
    [
      [7, 9],
      [20, 20],
    ],
  ],
  ['what has to hold further in', { key: 'and', of: [all, { key: 'and', of: [uids([7, 9])] }] }, [[7, 9]]],
  ['everything, where nothing has to hold', { key: 'and', of: [] }, [[1, Infinity]]],
  ['everything, where one of many may hold', { key: 'or', of: [uids([1, 1]), uids([2, 2])] }, [[1, Infinity]]],
  ['everything, where it must not', { key: 'not', of: uids([1, 1]) }, [[1, Infinity]]],
])('%s', (_, query, scope) => expect(scopeOf(query)).toEqual(scope))
