import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { challenge, reply } from './reply.ts'
import { anyText } from '../../../test/support/any-text.ts'

test('replies have the form of RFC 5321 §4.2.1 and RFC 2034 §4', () => {
  expect(reply(250, '2.0.0', 'OK')).toBe('250 2.0.0 OK\r\n')
  expect(reply(354, undefined, 'Go on')).toBe('354 Go on\r\n')
  expect(reply(250, undefined, 'host', 'SIZE 1', 'CHUNKING')).toBe('250-host\r\n250-SIZE 1\r\n250 CHUNKING\r\n')
  expect(reply(214, '2.0.0', 'a', 'b')).toBe('214-2.0.0 a\r\n214 2.0.0 b\r\n')
  expect(challenge('')).toBe('334 \r\n')
  expect(challenge('YQ==')).toBe('334 YQ==\r\n')
})

test('every line of a reply is printable and at most 512 octets, with any text', () => {
  fc.assert(
    fc.property(fc.array(anyText({ maxLength: 2000 }), { maxLength: 3 }), (texts) => {
      const lines = reply(550, '5.1.1', ...texts).split(/(?<=\r\n)/)
      expect(lines).toHaveLength(Math.max(texts.length, 1))
      for (const [at, line] of lines.entries()) {
        expect(line).toMatch(
          at < lines.length - 1 ? /^550-5\.1\.1 [\x20-\x7e]*\r\n$/ : /^550 5\.1\.1 [\x20-\x7e]*\r\n$/,
        )
        expect(line.length).toBeLessThanOrEqual(512)
      }
    }),
  )
})
