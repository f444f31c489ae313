import { expect, test } from 'vitest'
import { bodyStartIn, decodeStructure, encodeStructure, locate } from './structure.ts'
import { parseMessage } from './parse.ts'

const nested = Buffer.from(
  [
    'Content-Type: multipart/mixed; boundary=a',
    '',
    '--a',
    '',
    'one',
    '--a',
    'Content-Type: message/rfc822',
    'Content-Disposition: inline; filename=x',
    '',
    'Subject: inner',
    'Content-Type: multipart/alternative; boundary=b',
    '',
    '--b',
    '',
    'two one',
    '--b',
    'Content-Type: text/html',
    '',
    'two two',
    '--b--',
    '--a',
    'Content-Type: message/rfc822',
    '',
    'Subject: single',
    '',
    'three',
    '--a--',
    '',
  ].join('\r\n'),
)
const { part: root } = parseMessage(nested)
const body = (...path: number[]) => {
  const part = locate(root, path)
  return part && nested.toString('latin1', part.bodyStart, part.end)
}

test('parts are numbered as RFC 9051 §6.4.5.1 says', () => {
  expect(locate(root, [])).toBe(root)
  expect(body(1)).toBe('one')
  expect(body(2)).toContain('Subject: inner')
  expect(body(2, 1)).toBe('two one')
  expect(body(2, 2)).toBe('two two')
  expect(body(3, 1)).toBe('three')
  expect(locate(root, [2])?.message?.envelope).toEqual({ subject: 'inner' })
})

test.each([[[0]], [[4]], [[1, 1]], [[2, 3]], [[3, 2]], [[3, 1, 1]], [[2, 1, 1]], [[-1]], [[1.5]]])(
  'there is no part %j',
  (path) => {
    expect(locate(root, path)).toBeUndefined()
  },
)

test('a message without multipart has one part, its body', () => {
  const { part } = parseMessage(Buffer.from('Subject: x\r\n\r\nbody'))
  expect(locate(part, [1])).toBe(part)
  expect(locate(part, [1, 1])).toBeUndefined()
  expect(locate(part, [2])).toBeUndefined()
})

test('a forwarded message: part 1 is the message, part 1.1 is inside', () => {
  const { part } = parseMessage(Buffer.from('Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nbody'))
  expect(locate(part, [1])).toBe(part)
  expect(locate(part, [1, 1])).toBe(part.message?.part)
  expect(locate(part, [1, 1, 1])).toBeUndefined()
})

test('an encoded structure is decoded to the same structure', () => {
  expect(decodeStructure(encodeStructure(root))).toEqual(root)
})

test('the structure of a plain message is short', () => {
  const { part } = parseMessage(Buffer.from('Subject: x\r\n\r\nbody'))
  expect(encodeStructure(part)).toBe('[0,14,18,0,"text","plain","7bit",[["charset","us-ascii"]]]')
})

test('the start of the body is read without the rest', () => {
  for (const bytes of [nested, Buffer.from(''), Buffer.from('Subject: only a header')]) {
    const { part } = parseMessage(bytes)
    expect(bodyStartIn(encodeStructure(part).slice(0, 64))).toBe(part.bodyStart)
  }
})
