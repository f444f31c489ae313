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

test('a letter under any number of accents is folded in time that grows with them', () => {
  const started = performance.now()
  fold('\u0301\u0323'.repeat(500_000))
  expect(performance.now() - started).toBeLessThan(5000)
})

test.each(['e\u0301', 'か\u3099', '\u1100\u1161\u11a8', '𝅘\ud834\udd65', 'Ё é'])(
  '%s is composed wherever a slice ends',
  (character) => {
    for (let before = 990; before < 1005; before++) {
      const text = 'я'.repeat(before) + character + 'я'
      expect(fold(text)).toBe(fold(text.slice(0, before)) + fold(character) + 'я')
    }
  },
)
