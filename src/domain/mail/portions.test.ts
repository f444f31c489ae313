import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { portions, portionsByOctets } from './portions.ts'

it.each([
  [[], 5, []],
  [[3, 3, 3], 5, [[3], [3], [3]]],
  [[2, 3, 1], 5, [[2, 3], [1]]],
  [[1, 9, 1], 5, [[1], [9], [1]]],
])('%j, %i octets at a time', (sizes, most, expected) => {
  expect([...portionsByOctets(sizes, (size) => size, most)]).toEqual(expected)
})

it('nothing is lost, whichever way it is parted', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), fc.integer({ min: 1, max: 30 }), (sizes, most) => {
      expect([...portions(sizes, most)].flat()).toEqual(sizes)
      expect([...portionsByOctets(sizes, (size) => size, most)].flat()).toEqual(sizes)
    }),
  )
})
