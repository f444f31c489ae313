import { describe, expect, it } from 'vitest'
import { dateTime } from './date-time.ts'

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
