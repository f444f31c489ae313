import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalized, octetOrder, unicodeCasemap } from './unicode-casemap.ts'
import { anyText } from '../../../test/support/any-text.ts'

const any = anyText({ maxLength: 20 })
const text = any.filter((each) => each.isWellFormed())

test.each([
  ['Lunch', 'LUNCH'],
  ['é', 'E\u0301'],
  ['É', 'E\u0301'],
  ['ß', 'ß'],
  ['ﬁ', 'ﬁ'.normalize('NFKD')],
  ['ǆ', 'ǅ'.normalize('NFKD')],
  ['Ǆ', 'ǅ'.normalize('NFKD')],
  ['ა', 'ა'],
  ['ᾳ', 'ᾼ'.normalize('NFKD')],
  ['ａ', 'A'],
  ['가', '가'.normalize('NFKD')],
])('%j is compared as %j', (from, to) => expect(unicodeCasemap(from)).toBe(to))

test.each([
  ['ΚΌΣΜΟΣ', 'κόσμος'],
  ['ς', 'Σ'],
  ['ſ', 's'],
  ['µ', 'Μ'],
  ['ЁЛКА', 'ёлка'],
  ['\ud800', '\ufffd'],
])('%j and %j are the same', (one, other) => expect(unicodeCasemap(one)).toBe(unicodeCasemap(other)))

// ß has no title case, and nothing is composed.
test.each([
  ['ß', 'ss'],

  ['ª', 'a'],
])('%j and %j are not', (one, other) => expect(unicodeCasemap(one)).not.toBe(unicodeCasemap(other)))

test.each([
  ['é', 'e'],
  ['й', 'и'],
  ['ば', 'は'],
])('%j holds %j', (one, other) => expect(unicodeCasemap(one)).toContain(unicodeCasemap(other)))

test('many accents on a letter take linear time', () => {
  const started = performance.now()
  unicodeCasemap('\u0301\u0323'.repeat(500_000))
  expect(performance.now() - started).toBeLessThan(5000)
})

test('letters with a simple case mapping match in any letter case', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Array.from('aзλäčőñжабвàé')), (letter) => {
      expect(unicodeCasemap(letter)).toBe(unicodeCasemap(letter.toUpperCase()))
    }),
  )
})

test('the form of a substring is a substring of the form', () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(unicodeCasemap(one + other)).toBe(unicodeCasemap(one) + unicodeCasemap(other))
    }),
  )
})

test('the order is that of UTF-8 octets', () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [a, b] = [octetOrder(one), octetOrder(other)]
      expect(a < b ? -1 : a > b ? 1 : 0).toBe(Buffer.compare(Buffer.from(one), Buffer.from(other)))
    }),
    { numRuns: 1000 },
  )
})

const form = fc.constantFrom('NFC', 'NFD', 'NFKC', 'NFKD')
const mark = fc.constantFrom('\u0315', '\u0316', '\u0301', '\u0327', '\u302e', '\u{1d165}')

test('ordinary text gets the form that Unicode defines', () => {
  const cluster = fc
    .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }), fc.array(mark, { maxLength: 20 }))
    .map(([letter, marks]) => letter + marks.join(''))
  fc.assert(
    fc.property(fc.array(cluster, { maxLength: 5 }), form, (clusters, as) => {
      const text = clusters.join('')
      expect(normalized(text, as)).toBe(text.normalize(as))
    }),
  )
})

test('normalizing twice changes nothing', () => {
  fc.assert(
    fc.property(fc.array(mark, { maxLength: 100 }), form, (marks, as) => {
      const once = normalized(`a${marks.join('')}`, as)
      expect(normalized(once, as)).toBe(once)
    }),
  )
})

test('a row of marks is divided after every thirty', () => {
  expect(normalized(`a${'\u0315'.repeat(61)}`, 'NFC').split('\u034f')).toEqual([
    `a${'\u0315'.repeat(30)}`,
    '\u0315'.repeat(30),
    '\u0315',
  ])
})
