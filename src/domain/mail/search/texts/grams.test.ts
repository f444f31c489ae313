import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { allWords } from '../../../../../test/corpus/mime/written-mail.ts'
import { GramsWriter, gramsOf, mayHold, openGrams } from './grams.ts'

const wordsArb = fc.array(fc.constantFrom(...allWords), { maxLength: 200 }).map((words) => words.join(' '))
const textArb = fc.oneof(wordsArb, fc.string({ unit: 'binary', maxLength: 300 }))

function filterOf(...pieces: readonly string[]): Uint8Array {
  const writer = new GramsWriter()
  for (const [nth, piece] of pieces.entries()) writer.write(piece, nth > 0)
  return openGrams(writer.finish())!
}

test('whatever a text holds, its filter lets pass', () => {
  fc.assert(
    fc.property(textArb, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 20 }), (text, cut, start, length) => {
      const at = text.length === 0 ? 0 : cut % text.length
      const from = text.length === 0 ? 0 : start % text.length
      const filter = filterOf(text.slice(0, at), text.slice(at))
      expect(mayHold(filter, gramsOf(text.slice(from, from + length)))).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('of words that are not there few pass', () => {
  const filter = filterOf('the quick brown fox jumps over the lazy dog, and so do others '.repeat(100))
  const others = ['z', 'q!', 'invoice', 'é', 'отчёт', '会議', 'fo', 'zx', '🎉', 'schedule', '42']
  expect(others.filter((other) => mayHold(filter, gramsOf(other)))).toEqual(['z', 'fo'])
})

test('a filter with a wrong bit is none', () => {
  const writer = new GramsWriter()
  writer.write('text', false)
  const sealed = writer.finish()
  for (let at = 0; at < sealed.length; at++) {
    const other = sealed.slice()
    other[at]! ^= 4
    expect(openGrams(other)).toBeUndefined()
  }
  expect(openGrams(sealed.subarray(0, 77))).toBeUndefined()
  expect(openGrams(new Uint8Array(0))).toBeUndefined()
})
