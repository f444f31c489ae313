import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReceiveBuffer } from './receive-buffer.ts'

const octets = fc.uint8Array({ maxLength: 9, max: 4 }).map((bytes) => Buffer.from(bytes))

test('octets come out in order, in whatever chunks they arrived', () => {
  const act = fc.oneof(
    { weight: 4, arbitrary: octets.map((push) => ({ push })) },
    octets.map((unshift) => ({ unshift })),
    { weight: 3, arbitrary: fc.nat(30).map((take) => ({ take })) },
    fc.record({ find: fc.nat(4), from: fc.nat(20) }),
  )
  fc.assert(
    fc.property(fc.array(act, { size: 'max', maxLength: 300 }), (acts) => {
      const arrived = new ReceiveBuffer()
      let model = Buffer.alloc(0)
      for (const each of acts) {
        if ('push' in each) {
          arrived.push(each.push)
          model = Buffer.concat([model, each.push])
        } else if ('unshift' in each) {
          arrived.unshift(each.unshift)
          model = Buffer.concat([each.unshift, model])
        } else if ('take' in each) {
          const count = Math.min(each.take, model.length)
          expect(arrived.take(count)).toEqual(Buffer.from(model.subarray(0, count)))
          model = model.subarray(count)
        } else {
          expect(arrived.indexOf(each.find, each.from)).toBe(model.indexOf(each.find, each.from))
        }
        expect(arrived.length).toBe(model.length)
      }
      arrived.clear()
      expect([arrived.length, arrived.indexOf(0, 0), arrived.start(5)]).toEqual([0, -1, ''])
    }),
  )
})
