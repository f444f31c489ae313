import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ArrayFolder } from '../../../../test/support/array-folder.ts'
import type { Uid } from '../../../core/ids.ts'
import { relevancy, type TextTerm } from './fuzzy-match.ts'

const subject = (text: string): TextTerm => ({ key: 'header', name: 'SUBJECT', text })

/** The relevancy of each matching message, by its index. */
async function alike(term: TextTerm, subjects: readonly string[]): Promise<Record<number, number>> {
  const shelf = new ArrayFolder(subjects.map((text) => ({ bytes: Buffer.from(`Subject: ${text}\r\n\r\n.\r\n`) })))
  const found = await relevancy(term, async (key) => (await shelf.search(key)) as readonly Uid[])
  return Object.fromEntries(Array.from(found, ([uid, score]) => [uid / 10 - 1, score]))
}

test('a closer match is more relevant', async () => {
  const subjects = ['Quarterly report', 'report, quarterly', 'quarterly reporting', 'quartely report', 'reports']
  expect(await alike(subject('quarterly report'), subjects)).toEqual({ 0: 100, 1: 67, 2: 100, 3: 51 })
  expect(await alike(subject('quartelry reprot'), ['Quarterly report'])).toEqual({ 0: 18 })
  expect(await alike(subject('reports'), subjects)).toEqual({ 0: 51, 1: 51, 2: 51, 3: 51, 4: 100 })
})

test('one of three words may be missing, but none of two', async () => {
  expect(await alike(subject('annual budget plan'), ['plan, annual', 'annual', 'a plan for the budget'])).toEqual({
    0: 34,
    2: 34,
  })
  expect(await alike(subject('annual plan'), ['annual', 'plan'])).toEqual({})
})

const letters = fc.string({ unit: fc.constantFrom(...Array.from('abcdeéfghijkлмно')), minLength: 7, maxLength: 12 })
const others = fc.array(letters, { maxLength: 3 })

test('a word is found despite one typing error', async () => {
  const slips = fc.constantFrom<(word: string, at: number) => string>(
    (word, at) => `${word.slice(0, at)}${word[at]}z${word.slice(at + 1)}`,
    (word, at) => word.slice(0, at) + word.slice(at + 1),
    (word, at) => `${word.slice(0, at)}z${word.slice(at + 1)}`,
    (word, at) => word.slice(0, at) + word[at + 1]! + word[at]! + word.slice(at + 2),
  )
  await fc.assert(
    fc.asyncProperty(letters, slips, fc.nat(), others, async (word, slip, where, more) => {
      // A match needs three letters on each side.
      const at = 3 + (where % (word.length - 6))
      const score = (await alike(subject(slip(word, at)), [[...more, word].join(' ')]))[0]
      expect(score).toBeGreaterThanOrEqual(1)
      expect(score).toBeLessThanOrEqual(100)
    }),
  )
})

test('an exact match has the highest relevancy', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(letters, { minLength: 1, maxLength: 5 }), others, async (words, more) => {
      const text = words.join(' ')
      const found = await alike(subject(text), [text, [...more, text].join(' '), more.join(' ')])
      expect(found).toMatchObject({ 0: 100, 1: 100 })
      for (const score of Object.values(found)) expect(Number.isInteger(score) && score >= 1 && score <= 100).toBe(true)
    }),
  )
})
