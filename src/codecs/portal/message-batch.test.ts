import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { decodeBatch, encodeBatch, readDateTime, writeDateTime } from './message-batch.ts'

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

describe('a date and time', () => {
  it.each([
    ['2026-11-24T08:00:00Z', { at: Date.UTC(2026, 10, 24, 8), zone: 0 }],
    ['2026-11-24T08:00:00+05:30', { at: Date.UTC(2026, 10, 24, 2, 30), zone: 330 }],
    ['2026-11-24T08:00:00-08:00', { at: Date.UTC(2026, 10, 24, 16), zone: -480 }],
  ])('%s', (text, date) => {
    expect(readDateTime(text)).toEqual(date)
  })

  it.each(['', 'yesterday', '2026-11-24', '2026-11-24T08:00:00', '2026-13-24T08:00:00Z', '24 Nov 2026 08:00 +0000'])(
    '%j is refused',
    (text) => {
      expect(() => readDateTime(text)).toThrow(/RFC 3339/)
    },
  )

  it('is written in the form in which it is read', () => {
    const second = fc.integer({ min: 0, max: Date.UTC(9998, 0) / 1000 })
    fc.assert(
      fc.property(second, fc.integer({ min: -14 * 60, max: 14 * 60 }), (seconds, zone) => {
        const date = { at: seconds * 1000, zone }
        expect(readDateTime(writeDateTime(date))).toEqual(date)
      }),
    )
  })
})
