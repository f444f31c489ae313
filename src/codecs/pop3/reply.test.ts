import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { challenge, err, ok } from './reply.ts'

test('replies have the form of RFC 1939 §3 and RFC 2449 §8', () => {
  expect(ok()).toBe('+OK\r\n')
  expect(ok('2 320')).toBe('+OK 2 320\r\n')
  expect(err('no')).toBe('-ERR no\r\n')
  expect(err('no', 'SYS/TEMP')).toBe('-ERR [SYS/TEMP] no\r\n')
  expect(challenge('')).toBe('+ \r\n')
  expect(challenge('YQ==')).toBe('+ YQ==\r\n')
})

test('a reply is one line of at most 512 octets with any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
      for (const reply of [ok(text), err(text, 'AUTH')]) {
        expect(reply).toMatch(/^[\x20-\x7e]+\r\n$/)
        expect(reply.length).toBeLessThanOrEqual(512)
      }
    }),
  )
})
