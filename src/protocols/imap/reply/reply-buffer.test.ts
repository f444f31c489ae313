import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReplyBuffer } from './reply-buffer.ts'

const text = fc
  .tuple(fc.string({ unit: fc.constantFrom('a', ' ', '\r', '\xe9'), maxLength: 9 }), fc.constantFrom(1, 1, 90, 40_000))
  .map(([unit, times]) => unit.repeat(times))
const write = fc.oneof(
  text.map((text) => ({ text })),
  text.map((text) => ({ octets: Buffer.from(text, 'latin1') })),
  fc.maxSafeNat().map((number) => ({ number })),
  fc.constant('take' as const),
)

test('later writes do not change a taken buffer', () => {
  fc.assert(
    fc.property(fc.array(write, { maxLength: 60 }), (writes) => {
      const out = new ReplyBuffer()
      const taken: { readonly octets: Buffer; readonly due: string }[] = []
      let due = ''
      for (const each of writes) {
        if (each === 'take') {
          taken.push({ octets: out.take(), due })
          due = ''
        } else if ('text' in each) {
          out.text(each.text)
          due += each.text
        } else if ('octets' in each) {
          out.octets(each.octets)
          due += each.octets.toString('latin1')
        } else {
          out.number(each.number)
          due += String(each.number)
        }
        expect(out.length).toBe(due.length)
      }
      taken.push({ octets: out.take(), due })
      for (const { octets, due } of taken) expect(octets.toString('latin1') === due).toBe(true)
    }),
  )
})

test('a short reply uses little memory, whatever was written before', () => {
  const out = new ReplyBuffer()
  const held = new Set<ArrayBufferLike>()
  for (let n = 0; n < 10; n++) held.add(out.text('* 5 FETCH (FLAGS (\\Seen))\r\n').take().buffer)
  const octets = [...held].reduce((sum, { byteLength }) => sum + byteLength, 0)
  expect(octets).toBeLessThan(160 * 1024)
})
