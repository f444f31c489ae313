import { expect, it } from 'vitest'
import { timeSpanOf } from './kql-dates.ts'

const now = Date.parse('2026-12-03T14:00:00Z')

it.each([
  ['12/03/2026', '2026-12-03T00:00:00Z', '2026-12-04T00:00:00Z'],
  ['2026-2-1', '2026-02-01T00:00:00Z', '2026-02-02T00:00:00Z'],
  ['2026-12-03T10:00:00.5Z', '2026-12-03T10:00:00Z', '2026-12-03T10:00:01Z'],
  ['2026-12-03T10:00:00', '2026-12-03T10:00:00Z', '2026-12-03T10:00:01Z'],
  ['Today', '2026-12-03T00:00:00Z', '2026-12-04T00:00:00Z'],
  ['yesterday', '2026-12-02T00:00:00Z', '2026-12-03T00:00:00Z'],
  ['this week', '2026-11-29T00:00:00Z', '2026-12-06T00:00:00Z'],
  ['last month', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'],
  ['this year', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
])('%s is a span of time', (text, from, before) => {
  expect(timeSpanOf(text, now)).toEqual({ from: Date.parse(from), before: Date.parse(before) })
})

it.each(['', '13/01/2026', '2026-02-30', 'soon', '2026-12-03T25:00:00Z'])('%j is no date', (text) => {
  expect(timeSpanOf(text, now)).toBeUndefined()
})
