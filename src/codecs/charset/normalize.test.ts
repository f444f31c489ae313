import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalized } from './normalize.ts'

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
