import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeUtf7, encodeUtf7 } from './string.ts'

test.each([
  ['INBOX', 'INBOX'],
  ['Gelöschte Objekte', 'Gel&APY-schte Objekte'],
  ['Tom & Jerry', 'Tom &- Jerry'],
  ['~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
  ['ü&ü', '&APw-&-&APw-'],
  ['😀', '&2D3eAA-'],
  ['', ''],
])('%s is %s', (name, written) => {
  expect(encodeUtf7(name)).toBe(written)
  expect(decodeUtf7(written)).toBe(name)
})

test.each([
  ['a shift without an end', '&APY'],
  ['a shift without an end, bare', 'a&'],
  ['8-bit octets', 'Gel\xf6scht'],
  ['printable ASCII in base64', '&AGE-'],
  ['padding', '&APY=-'],
  ['the slash of plain base64', '&U/BTFw-'],
  ['half a UTF-16 unit', '&AP-'],
  ['bits left over', '&APZ-'],
  ['two shifts where one would do', '&APY-&APY-'],
  ['half a surrogate pair', '&2D0-'],
  ['a control character in the open', 'a\tb'],
])('refuses %s', (_, text) => expect(decodeUtf7(text)).toBeUndefined())

test('every encoded name decodes to itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      expect(decodeUtf7(encodeUtf7(name))).toBe(name)
    }),
  )
})

test('a name has one encoding only', () => {
  const text = fc.string({ unit: fc.constantFrom('&', '-', 'A', 'P', 'Y', 'w', ',', 'a', '/', '+') })
  fc.assert(
    fc.property(text, (written) => {
      const name = decodeUtf7(written)
      if (name !== undefined) expect(encodeUtf7(name)).toBe(written)
    }),
    { numRuns: 2000 },
  )
})
