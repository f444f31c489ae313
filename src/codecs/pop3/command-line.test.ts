import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { challenge, err, ok, readCommand } from './command-line.ts'
import { anyText } from '../../../test/support/any-text.ts'

const read = (line: string) => readCommand(Buffer.from(line, 'latin1'))

describe('a command line', () => {
  test.each([
    ['NOOP', 'NOOP', ''],
    ['noop', 'NOOP', ''],
    ['NOOP  ', 'NOOP', ''],
    ['PASS two words ', 'PASS', 'two words'],
    ['PASS  x', 'PASS', ' x'],
    ['CRAM-MD5', 'CRAM-MD5', ''],
  ])('%j is %s with %j', (line, keyword, rest) => {
    const command = read(line)
    expect(command.keyword).toBe(keyword)
    expect(command.args.rest()).toBe(rest)
  })

  test.each(['', ' NOOP', '\0', 'NOOP\0', 'NOOP\t1', '.', 'X'.repeat(41), 'RETR\x0b1'])('%j is refused', (line) => {
    expect(() => read(line)).toThrow(Refusal)
  })

  test('returns its arguments one by one', () => {
    const { args } = read('TOP 12  0')
    expect(args.empty).toBe(false)
    expect(args.number()).toBe(12)
    expect(args.number()).toBe(0)
    expect(args.empty).toBe(true)
    args.end()
    expect(() => args.word()).toThrow('An argument is missing')
  })

  test.each(['-1', '+1', '1.0', '0x1', '1e3', 'one', '１', '1\0'])('%j is not a number', (text) => {
    expect(() => readCommand(Buffer.from(`RETR ${text}`)).args.number()).toThrow('A number was expected')
  })

  test.each([
    ['99999999999', 99_999_999_999],
    ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
  ])('%s is as great as can be', (text, value) => {
    expect(readCommand(Buffer.from(`RETR ${text}`)).args.number()).toBe(value)
  })

  test('refuses extra arguments', () => {
    const { args } = read('STAT 1')
    expect(() => args.end()).toThrow('There are too many arguments')
  })

  test('of any octets is parsed or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          const { keyword, args } = readCommand(Buffer.from(bytes))
          expect(keyword).toMatch(/^[A-Z\d-]{1,40}$/)
          while (!args.empty) args.word()
          args.end()
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Refusal)
        }
      }),
    )
  })
})

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
    fc.property(anyText({ maxLength: 2000 }), (text) => {
      for (const reply of [ok(text), err(text, 'AUTH')]) {
        expect(reply).toMatch(/^[\x20-\x7e]+\r\n$/)
        expect(reply.length).toBeLessThanOrEqual(512)
      }
    }),
  )
})
