import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeWords, encodeWords } from './words.ts'

test.each([
  ['plain', 'plain'],
  ['=?utf-8?Q?caf=C3=A9_au_lait?=', 'café au lait'],
  ['=?UTF-8?b?Y2Fmw6k=?=', 'café'],
  ['a =?iso-8859-1?q?=E9?= b', 'a é b'],
  ['=?utf-8?Q?a?= =?utf-8?Q?b?=', 'ab'],
  ['=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=', 'ab'],
  ['=?utf-8?Q?a?= x =?utf-8?Q?b?=', 'a x b'],
  ['(=?utf-8?Q?a?=)', '(a)'],
  ['pre=?utf-8?Q?a?=post', 'preapost'],
  ['=?utf-8*de?Q?=C3=9Cber?=', 'Über'],
  ['=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=', 'テスト'],
  ['=?koi8-r?B?8NLJ18XU?= =?windows-1251?Q?=CF?=', 'ПриветП'],
])('%s', (octets, text) => expect(decodeWords(octets)).toBe(text))

test('a character that is split between two words is joined', () => {
  expect(decodeWords('=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=')).toBe('é')
  expect(decodeWords('=?utf-8?B?5Lw=?= =?UTF-8?B?mg==?=')).toBe('会')
})

test.each([
  ['blanks inside', '=?utf-8?Q?two words?=', 'two words'],
  ['a wrong charset', '=?utf-9?Q?=E9?=', 'é'],
  ['no charset', '=??Q?=C3=A9?=', 'é'],
  ['base64 without padding', '=?utf-8?B?w6k?=', 'é'],
  ['a stray escape', '=?utf-8?Q?100%=zz=4?=', '100%=zz=4'],
  ['an unknown encoding', '=?utf-8?X?abc?=', '=?utf-8?X?abc?='],
  ['no end', '=?utf-8?Q?abc', '=?utf-8?Q?abc'],
  ['a start inside a start', '=?=?utf-8?Q?a?=', '=?a'],
  ['quotes around', '"=?utf-8?Q?a?="', '"a"'],
  ['raw UTF-8', 'caf\xc3\xa9 =?utf-8?Q?=C3=A9?=', 'café é'],
  ['raw Latin-1', 'caf\xe9', 'café'],
])('mutilated: %s', (_, octets, text) => expect(decodeWords(octets)).toBe(text))

test('an encoded text is decoded again, in words of at most 75 octets', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const encoded = encodeWords(text)
      expect(encoded).toMatch(/^[\x20-\x7e\r\n]*$/)
      for (const word of encoded.split('\r\n ')) if (word !== text) expect(word.length).toBeLessThanOrEqual(75)
      expect(decodeWords(encoded)).toBe(text)
    }),
  )
})

test('many unterminated words take little time', () => {
  const started = performance.now()
  for (const octets of ['=?a?q?x'.repeat(200_000), `${'=?a?x'.repeat(200_000)}?=`])
    expect(decodeWords(octets)).toBe(octets)
  expect(performance.now() - started).toBeLessThan(2000)
})
