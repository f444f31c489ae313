import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { flagsOf } from '../flags/flags.ts'
import { messagesIn, packIndexChunk, unpackIndexChunk } from './index-chunk.ts'

const flagsAt = (number: number) => flagsOf(number % 32, number % 3 ? `k${number} $Junk` : '')

const message = fc.record({
  uid: fc.nat(0xffff_ffff),
  flags: fc.oneof(fc.nat(3), fc.nat(300), fc.nat(100_000)),
  modSeq: fc.oneof(fc.constant(7), fc.maxSafeNat()),
})

test('columns come back, wherever they are put and however they lie in memory', () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 50 }), fc.nat(3), fc.nat(7), (messages, place, askew) => {
      const columns = {
        uids: Uint32Array.from(messages, ({ uid }) => uid),
        modSeqs: Float64Array.from(messages, ({ modSeq }) => modSeq),
        flags: Uint32Array.from(messages, ({ flags }) => flags),
      }
      const packed = packIndexChunk(columns, flagsAt)
      const moved = new Uint8Array(new ArrayBuffer(packed.length + askew), askew)
      moved.set(packed)
      const size = place + messages.length
      const into = { uids: new Uint32Array(size), modSeqs: new Float64Array(size), flags: new Uint32Array(size) }
      const numbered = unpackIndexChunk(moved, into, place)
      expect(messagesIn(moved)).toBe(messages.length)
      for (const column of ['uids', 'modSeqs', 'flags'] as const) {
        expect([...into[column].subarray(place)]).toEqual([...columns[column]])
      }
      for (const { number, messages, flags } of numbered) {
        expect(flags).toEqual(flagsAt(number))
        expect(messages).toBe(columns.flags.filter((other) => other === number).length)
      }
      expect(new Set(numbered.map(({ number }) => number))).toEqual(new Set(columns.flags))
    }),
  )
})

test('one mod-sequence for all is written once', () => {
  const uids = Uint32Array.from({ length: 4096 }, (_, at) => at + 1)
  const packed = packIndexChunk(
    { uids, modSeqs: new Float64Array(4096).fill(9), flags: new Uint32Array(4096) },
    flagsAt,
  )
  expect(packed.length).toBeLessThan(4096 * 5 + 64)
})
