import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineEnds } from './data.ts'

function inLines(...pieces: readonly string[]): string {
  const ends = new LineEnds()
  const made = pieces.flatMap((piece) => ends.push(Buffer.from(piece, 'latin1')))
  return Buffer.concat([...made, ends.end()]).toString('latin1')
}

test.each([
  ['', ''],
  ['a', 'a\r\n'],
  ['a\r\nb\r\n', 'a\r\nb\r\n'],
  ['a\nb', 'a\r\nb\r\n'],
  ['\n\n', '\r\n\r\n'],
  ['a\r', 'a\r\r\n'],
  ['a\rb\r\r\n', 'a\rb\r\r\n'],
  ['a\r\n.\nb\r\n', 'a\r\n.\r\nb\r\n'],
])('%j in lines is %j', (text, expected) => {
  expect(inLines(text)).toBe(expected)
})

test('every LF gets a CR, the last line an end, and nothing else changes', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('', '\r', '\n', '\r\n', 'a', '\0', 'a\nb')), (pieces) => {
      const lines = pieces.join('').replaceAll(/(?<!\r)\n/g, '\r\n')
      expect(inLines(...pieces)).toBe(lines === '' || lines.endsWith('\n') ? lines : `${lines}\r\n`)
      expect(inLines(inLines(...pieces))).toBe(inLines(...pieces))
    }),
  )
})

test('does not copy unchanged octets', () => {
  const piece = Buffer.from('a\r\nb\rc\r\n')
  expect(new LineEnds().push(piece)[0]!.buffer).toBe(piece.buffer)
})
