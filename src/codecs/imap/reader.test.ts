import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { ImapReader } from './reader.ts'

const over = (...lines: string[]): ImapReader => {
  const pieces = lines.map((line) => Buffer.from(line, 'latin1'))
  return new ImapReader(
    pieces.filter((_, index) => index % 2 === 0),
    pieces.filter((_, index) => index % 2 === 1),
  )
}

const refused = (read: () => unknown): void => expect(read).toThrow(Refusal)

describe('an atom', () => {
  test.each(['INBOX', '$Forwarded', 'a.b-c', "it's", 'x[1]'.slice(0, 2)])('%s', (text) => {
    const reader = over(text)
    expect(reader.atom()).toBe(text)
    reader.end()
  })
  test.each(['', ' a', '(', '{', '%', '*', '"', '\\', ']', '\x01', '\x7f', '\xe9'])('refuses %j', (text) => {
    refused(() => over(text).atom())
  })
})

describe('a string', () => {
  test('quoted, with escapes', () => {
    expect(over(String.raw`"a \"b\" \\ c"`).string()).toBe(String.raw`a "b" \ c`)
  })
  test('as a literal, after which the line continues', () => {
    const reader = over('{5}', 'a\r\nb"', ' x')
    expect(reader.string()).toBe('a\r\nb"')
    reader.space()
    expect(reader.atom()).toBe('x')
    reader.end()
  })
  test.each(['"a', '"a\\n"', '"a\r"', '"\0"', 'a', '{x}', '{5}'])('refuses %j', (text) => {
    refused(() => over(text).string())
  })
  test('a literal must not contain NUL', () => refused(() => over('{1}', '\0', '').string()))
  test('a literal mark in the middle of a line announces no literal', () =>
    refused(() => over('{1} x', 'a', '').string()))
})

test('NIL means no string, and quoted NIL is a string', () => {
  expect(over('nil').nstring()).toBeUndefined()
  expect(over('"NIL"').nstring()).toBe('NIL')
})

test('numbers have 32 bits', () => {
  expect(over('4294967295').number()).toBe(4_294_967_295)
  refused(() => over('4294967296').number())
  refused(() => over('0').nonZero())
  refused(() => over('-1').number())
})

const list = (text: string): string[] => {
  const reader = over(text)
  return reader.list(() => reader.atom())
}

test('a list has one space between its items', () => {
  expect(list('(a b c)')).toEqual(['a', 'b', 'c'])
  for (const text of ['()', '(a  b)', '(a b', '( a)', '(a )', 'a']) refused(() => list(text))
})

test('words are case-insensitive', () => {
  const reader = over('uId')
  expect(reader.skip('UID')).toBe(true)
  expect(reader.done).toBe(true)
})

test('refuses text after the command', () => {
  refused(() => over('a b').end())
  refused(() => over('', 'unread', '').end())
})

const octet = fc.integer({ min: 1, max: 255 }).map((code) => String.fromCodePoint(code))
const anyText = fc.string({ unit: octet })

test('a literal reads as the same octets', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const reader = over(`{${text.length}}`, text, '')
      expect(reader.astring()).toBe(text)
      reader.end()
    }),
  )
})

test('a quoted string reads as the same text', () => {
  const quotable = anyText.map((text) => text.replace(/[\r\n]/g, ''))
  fc.assert(
    fc.property(quotable, (text) => {
      const reader = over(`"${text.replace(/["\\]/g, String.raw`\$&`)}"`)
      expect(reader.astring()).toBe(text)
      reader.end()
    }),
  )
})
