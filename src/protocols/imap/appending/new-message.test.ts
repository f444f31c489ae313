import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseMessage } from '../../../codecs/mime/parse.ts'
import { decodeTransfer } from '../../../codecs/mime/transfer.ts'
import { withoutNul } from './new-message.ts'

const mixed = (body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(
      'Subject: x\r\nContent-Transfer-Encoding: binary\r\nContent-Type: multipart/mixed; boundary=bb\r\n\r\n' +
        '--bb\r\nContent-Type: text/plain\r\n\r\nHello\r\n' +
        '--bb\r\nContent-Type: image/png\r\nContent-Transfer-Encoding:\r\n  BINARY\r\nX-After: y\r\n\r\n',
    ),
    body,
    Buffer.from('\r\n--bb--\r\n'),
  ])

test('a message without NUL stays the same', () => {
  const message = Buffer.from('Content-Transfer-Encoding: binary\r\n\r\n\xff', 'latin1')
  expect(withoutNul(message)).toBe(message)
})

test('a binary part is encoded in base64, and its header says so', () => {
  expect(withoutNul(mixed(Buffer.from('\0\x01\xff'))).toString('latin1')).toBe(
    'Subject: x\r\nContent-Transfer-Encoding: 8bit\r\nContent-Type: multipart/mixed; boundary=bb\r\n\r\n' +
      '--bb\r\nContent-Type: text/plain\r\n\r\nHello\r\n' +
      '--bb\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nX-After: y\r\n\r\n' +
      `${Buffer.from('\0\x01\xff').toString('base64')}\r\n--bb--\r\n`,
  )
})

test('the decoded part has the original octets', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
      const body = Buffer.from([...octets, 0])
      const result = withoutNul(mixed(body))
      expect(result.includes(0)).toBe(false)
      const part = parseMessage(result).part.children[1]!
      expect(decodeTransfer(result.subarray(part.bodyStart, part.end), part.encoding)).toEqual(body)
    }),
  )
})

test.each(['Subject: \0\r\n\r\nx', 'Subject: x\r\n\r\n\0', 'Content-Transfer-Encoding: 8bit\r\n\r\n\0'])(
  '%j is refused',
  (text) =>
    expect(() => withoutNul(Buffer.from(text))).toThrow(expect.objectContaining({ detail: { code: 'UNKNOWN-CTE' } })),
)
