import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { ImapReader } from './reader.ts'
import {
  compactSet,
  inRanges,
  readSequenceSet,
  resolveSet,
  type SequenceSet,
  writeSequenceSet,
} from './sequence-set.ts'

const parse = (text: string): SequenceSet => {
  const reader = new ImapReader([Buffer.from(text)])
  const set = readSequenceSet(reader)
  reader.end()
  return set
}

test.each([
  ['1', 10, [[1, 1]]],
  ['2:4', 10, [[2, 4]]],
  ['4:2', 10, [[2, 4]]],
  ['*', 10, [[10, 10]]],
  ['8:*', 10, [[8, 10]]],
  ['12:*', 10, [[10, 12]]],
  ['*:*', 10, [[10, 10]]],
  [
    '1,3:5,4:7,9',
    10,
    [
      [1, 1],
      [3, 7],
      [9, 9],
    ],
  ],
  ['3,2,1', 10, [[1, 3]]],
  ['1:*', 0, []],
  ['*', 0, []],
  ['4294967295', 10, [[4_294_967_295, 4_294_967_295]]],
] as const)('%s of %d', (text, largest, ranges) => {
  expect(resolveSet(parse(text), largest)).toEqual(ranges)
})

test.each(['', '0', '1:', ':1', '1,', ',1', '1:0', '-1', '4294967296', '1::2', '1 2', 'a', '**', '1:2:3'])(
  'is not %j',
  (text) => expect(() => parse(text)).toThrow(Refusal),
)

const number = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant('*' as const))
const sets = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 12 })

test('a written set reads back the same', () => {
  fc.assert(
    fc.property(sets, (set) => {
      expect(parse(writeSequenceSet(set))).toEqual(set)
    }),
  )
})

/** The members of a set, by enumeration. */
const naive = (set: SequenceSet, largest: number): Set<number> => {
  const numbers = new Set<number>()
  for (const [from, to] of set) {
    if (largest === 0 && (from === '*' || to === '*')) continue
    const [one, other] = [from === '*' ? largest : from, to === '*' ? largest : to]
    for (let n = Math.min(one, other); n <= Math.max(one, other); n++) numbers.add(n)
  }
  return numbers
}

test('resolved ranges ascend, do not touch, and contain the same numbers', () => {
  fc.assert(
    fc.property(sets, fc.integer({ min: 0, max: 40 }), (set, largest) => {
      const ranges = resolveSet(set, largest)
      const numbers = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n))
      expect(numbers).toEqual([...naive(set, largest)].sort((a, b) => a - b))
      ranges.slice(1).forEach(([from], index) => {
        expect(from).toBeGreaterThan(ranges[index]![1] + 1)
      })
    }),
  )
})

test('a compact set has the same numbers in the fewest ranges', () => {
  const numbers = fc
    .uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 })
    .map((all) => all.sort((a, b) => a - b))
  fc.assert(
    fc.property(numbers, (ascending) => {
      const set = parse(compactSet(ascending))
      expect(set).toEqual(resolveSet(set, 0))
      expect(set.flatMap(([from, to]) => Array.from({ length: +to - +from + 1 }, (_, n) => +from + n))).toEqual(
        ascending,
      )
    }),
  )
})

test('finds the numbers in the ranges', () => {
  const ascending = fc.uniqueArray(fc.integer({ min: 1, max: 60 })).map((numbers) => numbers.sort((a, b) => a - b))
  const ends = fc.integer({ min: 1, max: 60 })
  fc.assert(
    fc.property(ascending, fc.array(fc.tuple(ends, ends), { maxLength: 6 }), (numbers, set) => {
      const ranges = resolveSet(set, 60)
      const due = numbers.filter((number) => ranges.some(([from, to]) => from <= number && number <= to))
      expect(inRanges(numbers, ranges, (number) => number)).toEqual(due)
    }),
  )
})
