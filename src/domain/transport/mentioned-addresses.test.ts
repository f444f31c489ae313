import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { mentionedAddresses } from './authors.ts'
import { anyText } from '../../../test/support/any-text.ts'

const octets = (text: string): string => Buffer.from(text).toString('latin1')
const wide = (text: string): string => text.replace(/[!-~]/g, (it) => String.fromCodePoint(it.codePointAt(0)! + 0xfee0))
const encoded = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`

/** Characters that a reader does not see. */
const unseen = fc.constantFrom('', '\u200b', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u034f', '\ufe0e', '\u{e0020}')

/** bob@contoso.test, each character as it is, as a capital or in full width, with unseen characters between. */
const disguised = fc
  .tuple(...'bob@contoso.test'.split('').map((it) => fc.tuple(fc.constantFrom(it, it.toUpperCase(), wide(it)), unseen)))
  .map((characters) => characters.flat().join(''))

/** Where it may stand in an author field. */
const placed = fc.constantFrom<(shown: string) => string>(
  (shown) => `${shown} <ada@contoso.test>`,
  (shown) => `Bob, ${shown}! <ada@contoso.test>`,
  (shown) => `"${shown}" <ada@contoso.test>`,
  (shown) => `"Bob <${shown}>" <ada@contoso.test>`,
  (shown) => `ada@contoso.test (${shown}.)`,
  (shown) => `${encoded(shown)} <ada@contoso.test>`,
  (shown) => `"${encoded(shown)}" <ada@contoso.test>`,
  (shown) => `${encoded(`Bob ${shown}`)} <ada@contoso.test>`,
  (shown) => `${shown}: ada@contoso.test;`,
)

it('an address is found however it is disguised and wherever it stands', () => {
  fc.assert(
    fc.property(disguised, placed, (shown, place) => {
      expect([...mentionedAddresses(octets(place(shown)))]).toContain('bob@contoso.test')
    }),
  )
})

it('any octets are read, and nothing is found without something like an at sign', () => {
  const pieces = fc.constantFrom(
    '"',
    '\\',
    '(',
    ')',
    '<',
    '>',
    ',',
    ':',
    ';',
    '@',
    '.',
    ' ',
    'a',
    '=?utf-8?q?',
    '=40',
    '?=',
  )
  const field = fc.array(fc.oneof(pieces, anyText().map(octets)), { maxLength: 30 })
  fc.assert(
    fc.property(field, (parts) => {
      const text = parts.join('')
      const found = mentionedAddresses(text)
      for (const address of found) expect(address).toMatch(/^[^@]*@[a-z0-9.-]*[a-z0-9]$/)
    }),
  )
  expect(mentionedAddresses('Ada Lovelace (at home) <ada>')).toEqual(new Set())
})
