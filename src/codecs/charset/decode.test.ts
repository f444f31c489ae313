import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeText, startDecoding } from './decode.ts'
import { anyText } from '../../../test/support/any-text.ts'

test.each([
  ['utf-8', 'c3a9 e4bc9a', 'é会'],
  ['"UTF8"', 'c3a9', 'é'],
  ['us-ascii', '41', 'A'],
  ['iso-8859-1', '80e9', '€é'],
  ['ISO-8859-2', 'b3f3', 'łó'],
  ['iso-8859-15', 'a4', '€'],
  ['koi8-r', 'f0d2c9d7c5d4', 'Привет'],
  ['windows-1251', 'cff0e8e2e5f2', 'Привет'],
  ['iso-2022-jp', '1b2442 2546253925481b2842', 'テスト'],
  ['iso-2022-jp-ms', '1b24422d211b2849311b24284430211b284241', '①ｱ丂A'],
  ['shift_jis', '8365835883678740', 'テスト①'],
  ['cp932', '8365', 'テ'],
  ['euc-jp', 'a5c6a5b9a5c8', 'テスト'],
  ['gb2312', 'c4e3bac3', '你好'],
  ['gb18030', '8139ee39', '㐀'],
  ['big5', 'a741a66e', '你好'],
  ['ks_c_5601-1987', 'b0a1', '가'],
  ['iso-2022-kr', '1b2429430e30210f2041', '가 A'],
  ['hz-gb-2312', '7e7b 4463 3a43 7e7d 7e7e', '你好~'],
  ['utf-7', '2b414f6b2d', 'é'],
  ['utf-7', Buffer.from('1 +- 2 +2D3euw- +Jjo.x').toString('hex'), '1 + 2 \u{1f6bb} ☺.x'],
  ['utf-16', 'feff0041', 'A'],
  ['tis-620', 'a1', 'ก'],
  ['windows-1255', 'f9', 'ש'],
  ['iso-8859-8-i', 'f9', 'ש'],
])('%s', (charset, hex, text) => {
  expect(decodeText(Buffer.from(hex.replaceAll(' ', ''), 'hex'), charset)).toBe(text)
})

test.each([undefined, '', 'us-ascii', 'x-unknown', 'base64', 'hex', 'constructor', 'x'.repeat(1000)])(
  'without a charset that we know (%s) the octets speak',
  (charset) => {
    expect(decodeText(Buffer.from('Grüße'), charset)).toBe('Grüße')
    expect(decodeText(Buffer.from('Gr\xfc\xdfe\x80', 'latin1'), charset)).toBe('Grüße€')
    expect(decodeText(Buffer.from('Gr\xc3', 'latin1'), charset)).toBe('GrÃ')
  },
)

test('consecutive escapes are valid', () => {
  const bytes = Buffer.from('1b244225461b28421b244225391b28421b284a41', 'hex')
  expect(decodeText(bytes, 'iso-2022-jp')).toBe('テスA')
})

test('invalid octets do not stop the decoder', () => {
  expect(decodeText(Buffer.from('a\xffb', 'latin1'), 'utf-8')).toBe('a\ufffdb')
})

test('pieces give the same text as the whole', () => {
  const texts = {
    'utf-8': Buffer.from('é会🎉a'),
    shift_jis: Buffer.from('83658358836741', 'hex'),
    'iso-2022-jp': Buffer.from('1b24422546253925481b284241', 'hex'),
    'iso-2022-kr': Buffer.from('1b2429430e30210f2041', 'hex'),
    hz: Buffer.from('417e7b44633a437e7d7e7e', 'hex'),
    'utf-7': Buffer.from('a+2D3euw-b'),
    gb18030: Buffer.from('8139ee39c4e341', 'hex'),
    'utf-16': Buffer.from('fffe410042d8b7df', 'hex'),
    'x-unknown': Buffer.from('abcé会'),
  }
  for (const [charset, bytes] of Object.entries(texts)) {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const decoding = startDecoding(charset)
      const text = decoding.write(bytes.subarray(0, cut)) + decoding.write(bytes.subarray(cut)) + decoding.end()
      expect(text, `${charset} cut at ${cut}`).toBe(decodeText(bytes, charset))
    }
  }
})

test('any octets in any charset give a text', () => {
  const charsets = fc.constantFrom(
    'utf-8',
    undefined,
    'shift_jis',
    'iso-2022-jp',
    'iso-2022-kr',
    'hz',
    'gb18030',
    'utf-7',
    'utf-32',
  )
  fc.assert(fc.property(charsets, fc.uint8Array(), (charset, bytes) => void decodeText(bytes, charset)))
})

test('UTF-8 gives the same text in any pieces', () => {
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    anyText().map((text) => Buffer.from(text)),
  )
  const marked = fc
    .tuple(fc.boolean(), octets)
    .map(([mark, rest]) => Buffer.concat([Buffer.from(mark ? '\ufeff' : ''), rest]))
  fc.assert(
    fc.property(marked, fc.array(fc.nat(50), { maxLength: 4 }), (bytes, cuts) => {
      const decoding = startDecoding('utf-8')
      const ends = [...cuts.sort((a, b) => a - b), bytes.length]
      const pieces = ends.map((end, nth) => decoding.write(bytes.subarray(ends[nth - 1] ?? 0, end)))
      expect(pieces.join('') + decoding.end()).toBe(new TextDecoder().decode(bytes))
    }),
    { numRuns: 2000 },
  )
})
