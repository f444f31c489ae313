import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDateTime, writeDateTime } from './date-time.ts'

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
