import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { allWords } from '../../../../../test/corpus/mime/written-mail.ts'
import { unicodeCasemap } from '../../../../codecs/charset/unicode-casemap.ts'
import { TrigramFilter, TrigramFilterWriter } from './trigram-filter.ts'
import { anyText } from '../../../../../test/support/any-text.ts'

const wordsArb = fc.array(fc.constantFrom(...allWords), { maxLength: 200 }).map((words) => words.join(' '))
const textArb = fc.oneof(wordsArb, anyText({ maxLength: 300 }), fc.string({ maxLength: 3 }))
const octetsOf = (text: string) => Buffer.from(unicodeCasemap(text))

function sealed(messages: readonly string[]): Uint8Array<ArrayBuffer> {
  const writer = new TrigramFilterWriter(messages.length)
  const ends = [0]
  for (const message of messages) {
    const octets = octetsOf(message)
    writer.write(octets)
    writer.next()
    ends.push(ends.at(-1)! + octets.length)
  }
  return writer.finish(ends, ends)
}

const sieveOf = (messages: readonly string[]): TrigramFilter => TrigramFilter.read(sealed(messages), messages.length)!

test('whatever a message holds, it passes', () => {
  fc.assert(
    fc.property(
      fc.array(textArb, { minLength: 1, maxLength: 70 }),
      fc.nat(),
      fc.nat(),
      fc.nat(20),
      (messages, which, start, length) => {
        const message = which % messages.length
        const octets = octetsOf(messages[message]!)
        const from = octets.length === 0 ? 0 : start % octets.length
        const needle = octets.subarray(from, from + length)
        const passing = sieveOf(messages).passing([needle])
        const holding = messages.flatMap((text, nth) => (octetsOf(text).includes(needle) ? [nth] : []))
        expect(passing).toEqual(expect.arrayContaining([message, ...holding]))
        expect(passing).toEqual(passing.toSorted((a, b) => a - b))
      },
    ),
    { numRuns: 500 },
  )
})

test('of others few pass', () => {
  const messages = Array.from({ length: 256 }, (_, nth) =>
    `the quick brown fox jumps over the lazy dog, and so do ${nth % 2 === 0 ? 'others' : 'we'} `.repeat(100),
  )
  const sieve = sieveOf(messages)
  const passing = (text: string) => sieve.passing([octetsOf(text)]).length
  expect(['invoice', 'отчёт', '会議', 'schedule'].map(passing)).toEqual([0, 0, 0, 0])
  expect(passing('brown')).toBe(256)
  expect(passing('others')).toBe(128)
  expect(sieve.passing([octetsOf('invoice'), octetsOf('others')])).toEqual(sieve.passing([octetsOf('others')]))
})

test('a sieve says where texts lie', () => {
  expect(sieveOf(['one', 'three', '']).places(1)).toEqual([3, 8, 3, 8])
  expect(sieveOf(['one', 'three', '']).places(2)).toEqual([8, 8, 8, 8])
})

test('a filter with a wrong bit is rejected', () => {
  const whole = sealed(['text', 'more'])
  expect(TrigramFilter.read(whole, 3)).toBeUndefined()
  expect(TrigramFilter.read(whole.slice(0, -4), 2)).toBeUndefined()
  expect(TrigramFilter.read(new Uint8Array(0), 2)).toBeUndefined()
  for (let at = 0; at < whole.length; at += 7) {
    const other = whole.slice()
    other[at]! ^= 4
    expect(TrigramFilter.read(other, 2)).toBeUndefined()
  }
})
