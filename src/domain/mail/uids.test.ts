import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Uid } from '../../core/ids.ts'
import { ascending, uidsOf, uidText } from './uids.ts'

const uidSets = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 0xffff_ffff })), { minLength: 1 })
  .map((numbers) => numbers as Uid[])

test.each([
  [[1], '1'],
  [[1, 2, 3, 7], '1:3,7'],
  [[1, 3, 4, 9], '1,3:4,9'],
])('%j is %s', (uids, text) => {
  expect(uidText(uids as Uid[])).toBe(text)
  expect(uidsOf(text)).toEqual(uids)
})

test('reading gives back what was written', () => {
  fc.assert(
    fc.property(uidSets, (given) => {
      const uids = ascending(given)
      expect(uidsOf(uidText(uids))).toEqual(uids)
    }),
  )
})

test('ascending sorts, drops doubles, and leaves alone what is in order', () => {
  fc.assert(
    fc.property(uidSets, (given) => {
      const uids = ascending(given)
      expect(uids).toEqual([...new Set(given)].sort((a, b) => a - b))
      expect(ascending(uids)).toBe(uids)
    }),
  )
})
