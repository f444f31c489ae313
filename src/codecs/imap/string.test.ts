import { expect, test } from 'vitest'
import { astring, nstring } from './string.ts'

test.each([
  [undefined, 'NIL'],
  ['', '""'],
  ['NIL', '"NIL"'],
  ['a "b" \\c', '"a \\"b\\" \\\\c"'],
  ['tab\there', '"tab\there"'],
  ['a\r\nb', '{4}\r\na\r\nb'],
  ['a\x01b', '{3}\r\na\x01b'],
  ['é', '{2}\r\n\xc3\xa9'],
  ['a\0b', '{2}\r\nab'],
  ['x'.repeat(1000), `"${'x'.repeat(1000)}"`],
  ['x'.repeat(1001), `{1001}\r\n${'x'.repeat(1001)}`],
])('writes nstring %#', (text, written) => {
  expect(nstring(text).toString('latin1')).toBe(written)
  if (text !== undefined) expect(nstring(Buffer.from(text))).toEqual(nstring(text))
})

test.each([
  ['INBOX', 'INBOX'],
  ['a/b.c]', 'a/b.c]'],
  ['', '""'],
  ['two words', '"two words"'],
  ['50%', '"50%"'],
  ['a*', '"a*"'],
  ['{1}', '"{1}"'],
  ['nil', '"nil"'],
  ['é', '{2}\r\n\xc3\xa9'],
])('writes astring %#', (text, written) => expect(astring(text).toString('latin1')).toBe(written))
