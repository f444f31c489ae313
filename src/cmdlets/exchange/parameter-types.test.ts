import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../core/time.ts'
import { byteQuantity, dateTime, timeSpan, writtenQuantity, writtenSpan } from './parameter-types.ts'

it.each([
  ['50GB', 53_687_091_200],
  ['50 gb', 53_687_091_200],
  ['1.5KB', 1536],
  ['1048576', 1_048_576],
  ['10b', 10],
  ['Unlimited', Number.POSITIVE_INFINITY],
  ['2TB', 2_199_023_255_552],
  ['3TB', undefined],
  ['0', undefined],
  ['much', undefined],
  ['1 PB', undefined],
  ['-1', undefined],
])('the quantity %s is %j octets', (text, octets) => {
  expect(byteQuantity.fromText(text)).toBe(octets)
})

it.each([
  [53_687_091_200, '50 GB (53,687,091,200 bytes)'],
  [53_150_220_288, '49.5 GB (53,150,220,288 bytes)'],
  [1536, '1.5 KB (1,536 bytes)'],
  [10, '10 B (10 bytes)'],
  [undefined, 'Unlimited'],
])('%j octets are shown as %s', (octets, text) => {
  expect(writtenQuantity(octets)).toBe(text)
})

describe('a date of a cmdlet', () => {
  it.each([
    ['2026-11-24', '2026-11-24T00:00:00.000Z'],
    ['2026-11-24 08:30', '2026-11-24T08:30:00.000Z'],
    ['2026-11-24T08:30:00', '2026-11-24T08:30:00.000Z'],
    ['2026-11-24T08:30:00.1234567+01:00', '2026-11-24T07:30:00.123Z'],
    ['11/24/2026', '2026-11-24T00:00:00.000Z'],
    ['11/4/2026 8:05 PM', '2026-11-04T20:05:00.000Z'],
    ['11/24/2026 12:00 AM', '2026-11-24T00:00:00.000Z'],
    ['/Date(1764000000000)/', '2025-11-24T16:00:00.000Z'],
  ])('is read from %s', (given, moment) => {
    expect(dateTime.fromJson(given)?.toISOString()).toBe(moment)
  })

  it.each([
    '',
    'yesterday',
    '2026-13-01',
    '2026-02-30',
    '2026-02-29T08:00:00Z',
    '2/30/2026',
    '2026',
    '24.11.2026',
    '/Date(x)/',
  ])('is not a date: %s', (given) => {
    expect(dateTime.fromText(given)).toBeUndefined()
  })

  it('is no number', () => {
    expect(dateTime.fromJson(1764000000000)).toBeUndefined()
  })
})

it.each([
  ['14', 14 * DAY],
  ['14.00:00:00', 14 * DAY],
  ['1:00:00', HOUR],
  ['0.00:00:01', 1000],
  ['24:00:00', undefined],
  ['1.00:60:00', undefined],
  ['two weeks', undefined],
  ['', undefined],
])('the text %j is read as %j', (text, span) => {
  expect(timeSpan.fromText(text)).toBe(span)
})

it('is read as it was written', () => {
  fc.assert(
    fc.property(fc.nat(10_000 * 86_400), (seconds) => {
      expect(timeSpan.fromJson(writtenSpan(seconds * 1000))).toBe(seconds * 1000)
    }),
  )
  expect(writtenSpan(14 * DAY)).toBe('14.00:00:00')
  expect(writtenSpan(undefined)).toBe('Unlimited')
})
