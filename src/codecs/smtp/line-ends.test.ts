import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { inLines } from './line-ends.ts'

const lines = (text: string): string => inLines(Buffer.from(text, 'latin1')).toString('latin1')

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
  expect(lines(text)).toBe(expected)
})

test('what is in lines stays as it is, and every LF has its CR', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('\r', '\n', '\r\n', 'a', '\0')), (parts) => {
      const once = lines(parts.join(''))
      expect(once).not.toMatch(/(?<!\r)\n/)
      expect(once).toBe(parts.join('').replaceAll(/(?<!\r)\n/g, '\r\n') + (/[^\n]$/.test(parts.join('')) ? '\r\n' : ''))
      const message = Buffer.from(once, 'latin1')
      expect(inLines(message)).toBe(message)
    }),
  )
})
