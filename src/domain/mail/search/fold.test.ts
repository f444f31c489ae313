import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fold } from './fold.ts'

test.each([
  ['ÜBER', 'über'],
  ['e\u0301', 'É'],
  ['ΚΌΣΜΟΣ', 'κόσμος'],
  ['ς', 'Σ'],
  ['Straße', 'STRASSE'],
  ['STRAẞE', 'straße'],
  ['ſ', 's'],
  ['µ', 'Μ'],
  ['ЁЛКА', 'ёлка'],
  ['ǅ', 'ǆ'],
])('%s and %s are the same', (one, other) => expect(fold(one)).toBe(fold(other)))

test.each([
  ['e', 'é'],
  ['и', 'й'],
  ['は', 'ば'],
])('%s and %s are not', (one, other) => expect(fold(one)).not.toBe(fold(other)))

test('to fold twice is to fold once', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(fold(fold(text))).toBe(fold(text))
    }),
    { numRuns: 1000 },
  )
})
