import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { decodeBatch, encodeBatch } from './message-batch.ts'

describe('a batch of messages', () => {
  it('is decoded again', () => {
    const message = fc.record(
      {
        bytes: fc.uint8Array({ maxLength: 200 }),
        received: fc.string(),
        flags: fc.array(fc.string(), { maxLength: 3 }),
      },
      { requiredKeys: ['bytes'] },
    )
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), (messages) => {
        const read = decodeBatch(encodeBatch(messages))
        expect(read.map((it) => [...it.bytes])).toEqual(messages.map((it) => [...it.bytes]))
        expect(read.map((it) => [it.received, it.flags])).toEqual(messages.map((it) => [it.received, it.flags]))
      }),
    )
  })

  it.each([
    'Subject: no batch\r\n\r\n',
    '{"octets":3}\nab',
    '{"octets":-1}\n',
    '{"octets":1.5}\nab',
    '{"octets":1e99}\n',
    '{}\n',
    'null\n',
    '{"octets":1,"flags":"x"}\na',
    '{"octets":1,"received":5}\na',
    '{"octets":1}',
  ])('is refused when it is %j', (text) => {
    expect(() => decodeBatch(Buffer.from(text))).toThrow(Refusal)
  })

  it('is decoded or refused, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        try {
          decodeBatch(bytes)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Refusal)
        }
      }),
    )
  })
})
