import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDate } from './date.ts'

test.each([
  ['Fri, 21 Nov 1997 09:55:06 -0600', '1997-11-21T15:55:06.000Z', -360],
  ['1 Jan 2024 00:00 +0000', '2024-01-01T00:00:00.000Z', 0],
  ['Thu, 13 Feb 1969 23:32 -0330 (Newfoundland Time)', '1969-02-14T03:02:00.000Z', -210],
  ['Fri, 21 Nov 1997 09(comment):   55  :  06 -0600', '1997-11-21T15:55:06.000Z', -360],
  ['21 Nov 97 09:55:06 GMT', '1997-11-21T09:55:06.000Z', 0],
  ['21 Nov 24 09:55:06 UT', '2024-11-21T09:55:06.000Z', 0],
  ['21 Nov 124 09:55:06 Z', '2024-11-21T09:55:06.000Z', 0],
  ['21 Nov 2024 09:55:06 EST', '2024-11-21T14:55:06.000Z', -300],
  ['21 Nov 2024 09:55:06 PDT', '2024-11-21T16:55:06.000Z', -420],
  ['21 Nov 2024 09:55:06 B', '2024-11-21T09:55:06.000Z', 0],
  ['21 Nov 2024 09:55:06', '2024-11-21T09:55:06.000Z', 0],
  ['Mon Jan  2 15:04:05 2006', '2006-01-02T15:04:05.000Z', 0],
  ['Mon Jan 2 15:04:05 MST 2006', '2006-01-02T22:04:05.000Z', -420],
  ['Tue, 3 Mar 2020 10:00:00 GMT+0100', '2020-03-03T09:00:00.000Z', 60],
  ['Thu, 29 Feb 2024 23:59:60 +0000', '2024-03-01T00:00:00.000Z', 0],
  ['Thu, 29 February 2024 1.02.03 +02:00', '2024-02-28T23:02:03.000Z', 120],
])('%s', (octets, iso, zone) => {
  const date = parseDate(octets)
  expect(date && new Date(date.at).toISOString()).toBe(iso)
  expect(date?.zone).toBe(zone)
})

test.each([
  '',
  'yesterday',
  '30 Feb 2024 00:00:00 +0000',
  '1 Jan 2024 24:00:00 +0000',
  '1 Foo 2024 10:00:00',
  '1 Jan 2024 10:00:00 +9999',
  '2024-01-01T00:00:00Z',
])('no date: %s', (octets) => expect(parseDate(octets)).toBeUndefined())

test('a date in the standard form is read back', () => {
  const zones = fc.integer({ min: -14 * 60, max: 14 * 60 })
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1900-01-02'), max: new Date('9999-12-30'), noInvalidDate: true }),
      zones,
      (date, zone) => {
        const at = Math.floor(date.getTime() / 1000) * 1000
        const [day, number, month, year, time] = new Date(at + zone * 60_000).toUTCString().split(/,? /)
        const sign = zone < 0 ? '-' : '+'
        const hhmm = `${String(Math.floor(Math.abs(zone) / 60)).padStart(2, '0')}${String(Math.abs(zone) % 60).padStart(2, '0')}`
        expect(parseDate(`${day}, ${number} ${month} ${year} ${time} ${sign}${hhmm}`)).toEqual({ at, zone })
      },
    ),
  )
})

test('any octets are read', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'0123456789 ,:+-()JanMo\xff\xa0\v\f'.split('')) }),
      (octets) => void parseDate(octets),
    ),
  )
})
