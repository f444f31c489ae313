import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { nestedDeeper } from './payload.ts'

const octets = (text: string): Uint8Array => Buffer.from(text)

/** Lists and objects around the innermost value. */
const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

it('finds how deep any JSON is nested, whatever its texts hold', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 0, max: 8 }), (value, most) => {
      expect(nestedDeeper(octets(JSON.stringify(value)), most)).toBe(depthOf(value) > most)
    }),
  )
})

it('counts no brackets inside of texts', () => {
  expect(nestedDeeper(octets('{"a":"[[[[","b\\"[":"\\\\","c":[1]}'), 2)).toBe(false)
  expect(nestedDeeper(octets('{"a":"\\\\","b":[[1]]}'), 2)).toBe(true)
})
