import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { readDate, readDateTime, writeDateTime } from './date-time.ts'
import { ImapReader } from './reader.ts'

const over = (text: string): ImapReader => new ImapReader([Buffer.from(text)])

test.each([
  ['"17-Jul-1996 02:44:25 -0700"', '1996-07-17T09:44:25Z', -420],
  ['" 1-Feb-2026 00:00:00 +0530"', '2026-01-31T18:30:00Z', 330],
  ['"29-Feb-2024 23:59:59 +0000"', '2024-02-29T23:59:59Z', 0],
  ['"01-jan-0001 00:00:00 -0000"', '0001-01-01T00:00:00Z', 0],
])('%s', (text, iso, zone) => {
  expect(readDateTime(over(text))).toEqual({ at: Date.parse(iso), zone })
})

test.each([
  '17-Jul-1996 02:44:25 -0700',
  '"17-Jul-1996 02:44:25"',
  '"30-Feb-2024 00:00:00 +0000"',
  '"29-Feb-2023 00:00:00 +0000"',
  '"00-Jan-2024 00:00:00 +0000"',
  '"01-Foo-2024 00:00:00 +0000"',
  '"01-Jan-2024 24:00:00 +0000"',
  '"01-Jan-2024 00:60:00 +0000"',
  '"01-Jan-2024 00:00:00 +2400"',
  '"01-Jan-24 00:00:00 +0000"',
  '""',
])('is not %s', (text) => expect(() => readDateTime(over(text))).toThrow(Refusal))

test('a day is padded with a space', () => {
  expect(writeDateTime({ at: Date.UTC(2026, 10, 4, 8, 5, 9), zone: -90 })).toBe('" 4-Nov-2026 06:35:09 -0130"')
})

test('what is written is read back', () => {
  const moments = fc.record({
    at: fc.integer({ min: Date.UTC(1900, 0, 2) / 1000, max: Date.UTC(9999, 11, 30) / 1000 }).map((s) => s * 1000),
    zone: fc.integer({ min: -1439, max: 1439 }),
  })
  fc.assert(
    fc.property(moments, (moment) => {
      expect(readDateTime(over(writeDateTime(moment)))).toEqual(moment)
    }),
  )
})

test.each([
  ['1-Feb-1994', '1994-02-01'],
  ['"24-Nov-2026"', '2026-11-24'],
  ['01-DEC-1999', '1999-12-01'],
])('the day %s', (text, day) => expect(readDate(over(text))).toBe(day))

test.each(['1994-02-01', '31-Jun-1994', '1-Feb', '"1-Feb-1994', '1-February-1994'])('is no day: %s', (text) =>
  expect(() => {
    const reader = over(text)
    readDate(reader)
    reader.end()
  }).toThrow(Refusal),
)
