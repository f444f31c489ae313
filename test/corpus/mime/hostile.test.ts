import * as fc from 'fast-check'
import { test } from 'vitest'
import { pieces } from './pieces.ts'
import { soundness } from './soundness.ts'

const octetsArb = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((some) => Buffer.from(some.join(''), 'latin1')),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
)

test.each(Object.entries(soundness))('any octets %s', (_, holds) => {
  fc.assert(fc.property(octetsArb, holds), { numRuns: 1500 })
})
