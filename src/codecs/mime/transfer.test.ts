import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeTransfer, startTransfer } from './transfer.ts'

const decode = (octets: string, encoding: string) =>
  decodeTransfer(Buffer.from(octets, 'latin1'), encoding)?.toString('latin1')

test.each([
  ['aGVsbG8=', 'hello'],
  ['aGVs\r\nbG8=\r\n', 'hello'],
  ['aGVsbG8', 'hello'],
  ['aGVs*bG8=', 'hello'],
  ['aA==aQ==', 'hi'],
  ['aGVsbG8====', 'hello'],
  ['a', ''],
  ['', ''],
])('base64 %j', (octets, decoded) => expect(decode(octets, 'base64')).toBe(decoded))

test.each([
  ['caf=C3=a9', 'caf\xc3\xa9'],
  ['soft=\r\nbreak=\nand=  \r\nblanks', 'softbreakandblanks'],
  ['blanks at the end \t \r\nof a line  ', 'blanks at the end\r\nof a line'],
  ['a  b', 'a  b'],
  ['=zz =4 = x', '=zz =4 = x'],
  ['end=', 'end'],
  ['cr=\rx', 'cr=\rx'],
])('quoted-printable %j', (octets, decoded) => expect(decode(octets, 'quoted-printable')).toBe(decoded))

test('7bit, 8bit and binary stay as they are; an unknown encoding is undefined', () => {
  for (const encoding of ['7bit', '8bit', 'binary']) expect(decode('=3D\0\xff', encoding)).toBe('=3D\0\xff')
  expect(decode('x', 'x-uuencode')).toBeUndefined()
})

test('the output of Node is decoded with any line breaks', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 80 }), (bytes, width) => {
      const lines =
        Buffer.from(bytes)
          .toString('base64')
          .match(new RegExp(`.{1,${width}}`, 'g')) ?? []
      expect(decodeTransfer(Buffer.from(lines.join('\r\n')), 'base64')).toEqual(Buffer.from(bytes))
    }),
  )
})

test('pieces give the same octets as the whole', () => {
  const soup = fc.string({ unit: fc.constantFrom(...'=3DaZ9+/ \t\r\n\xff'.split('')) })
  fc.assert(
    fc.property(
      fc.constantFrom('base64', 'quoted-printable'),
      soup,
      fc.nat(20),
      fc.nat(20),
      (encoding, octets, a, b) => {
        const bytes = Buffer.from(octets, 'latin1')
        const decoding = startTransfer(encoding)!
        const cuts = [0, Math.min(a, b), Math.max(a, b), bytes.length]
        const pieces = cuts.slice(1).map((cut, place) => decoding.write(bytes.subarray(cuts[place], cut)))
        expect(Buffer.concat([...pieces, decoding.end()])).toEqual(decodeTransfer(bytes, encoding))
      },
    ),
    { numRuns: 1000 },
  )
})
