import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { DAY, HOUR } from '../../core/time.ts'
import { timeSpan, writtenSpan } from './time-span.ts'

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
