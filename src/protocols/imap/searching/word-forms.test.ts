import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formsOf } from './fuzzy-match.ts'

const words = (text: string): string[] => formsOf(text).map(({ word }) => word)

test.each<[string, string[]]>([
  ['IMAP break', ['imap', 'break']],
  ['  user@Example.com, user ', ['user', 'example', 'com']],
  ['Cafe\u0301 №7', ['café', '7']],
  ['会議の 資料', ['会議の', '資料']],
  ['…!', []],
  ['', []],
  ['a b c d e f g h i', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']],
])('words of text %#', (text, expected) => expect(words(text)).toEqual(expected))

test.each([
  ['mail', undefined],
  ['table', 'tabl'],
  ['meeting', 'meet'],
  ['Besprechungen', 'besprechun'],
  ['𝒶𝒷𝒸𝒹ℯ', '𝒶𝒷𝒸𝒹'],
])('the stem of %s is %s', (word, stem) => expect(formsOf(word)[0]!.stem).toBe(stem))

test('typing errors: an extra letter, a missing double letter, two transposed letters', () => {
  expect(formsOf('helo')[0]!.slips.toSorted()).toEqual(
    ['elo', 'hlo', 'heo', 'hel', 'hhelo', 'heelo', 'hello', 'heloo', 'ehlo', 'hleo', 'heol']
      .filter((slip) => !slip.includes('helo'))
      .sort(),
  )
  expect(formsOf('recieve')[0]!.slips).toContain('receive')
  expect(formsOf('adress')[0]!.slips).toContain('address')
  expect(formsOf('the')[0]!.slips).toEqual([])
  expect(formsOf('x'.repeat(25))[0]!.slips).toEqual([])
})

test('a missing or wrong letter is searched for by the text on both sides', () => {
  expect(formsOf('helpo')[0]!.sides).toEqual([])
  expect(formsOf('quaterly')[0]!.sides).toEqual([
    ['qua', 'terly'],
    ['qua', 'erly'],
    ['quat', 'erly'],
    ['quat', 'rly'],
    ['quate', 'rly'],
  ])
  expect(formsOf('x'.repeat(25))[0]!.sides).toEqual([])
})

test('the number of search keys is limited for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 2000 }), (text) => {
      const forms = formsOf(text)
      expect(forms.length).toBeLessThanOrEqual(8)
      for (const { word, stem, slips, sides } of forms) {
        expect(stem === undefined || word.startsWith(stem)).toBe(true)
        expect(slips.length).toBeLessThanOrEqual(3 * 24)
        for (const form of [...slips, ...sides.flat()]) expect(form.isWellFormed()).toBe(true)
        expect(sides.length).toBeLessThanOrEqual(2 * 24)
      }
    }),
  )
})
