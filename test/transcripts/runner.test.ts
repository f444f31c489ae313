import { describe, expect, test } from 'vitest'
import { createPop3 } from '../../src/protocols/pop3/server.ts'
import { pop3Settings } from '../../src/protocols/pop3/settings.ts'
import { expand, fill, match, octets, parseScript, unescape } from './script.ts'
import { perform } from './runner.ts'

describe('a line that is expected', () => {
  const none = new Map<string, string>()

  test.each([
    ['a1 OK done', 'a1 OK done', true],
    ['a1 OK done', 'a1 OK done.', false],
    ['a1 OK <*>', 'a1 OK done', true],
    ['* <*> EXISTS', '* 12 EXISTS', true],
    ['BODY[]<0> {1}', 'BODY[]<0> {1}', true],
    ['<lunch@contoso.test>', '<supper@contoso.test>', false],
    ['(.*)', 'anything', false],
  ])('%j and %j: %s', (expected, got, fits) => {
    expect(match(expected, got, none) !== undefined).toBe(fits)
  })

  test('gives a name to what stood there, and then expects the same', () => {
    const bound = match('* OK [UIDVALIDITY <v>] <*>', '* OK [UIDVALIDITY 14] ok', none)!
    expect(bound.get('v')).toBe('14')
    expect(match('COPYUID <v> 1 1', 'COPYUID 14 1 1', bound)).toBeDefined()
    expect(match('COPYUID <v> 1 1', 'COPYUID 15 1 1', bound)).toBeUndefined()
    expect(match('<n> <n>', '7 7', none)).toBeDefined()
    expect(match('<n> <n>', '7 8', none)).toBeUndefined()
    expect(fill('UID FETCH <v> BODY[]<0> <unknown>', bound)).toBe('UID FETCH 14 BODY[]<0> <unknown>')
  })
})

test('what stands in braces is written out', () => {
  const payload = Buffer.from('user=ada@contoso.test\x01auth=Bearer good\x01\x01').toString('base64')
  expect(expand('AUTH XOAUTH2 {xoauth2:ada:good}')).toBe(`AUTH XOAUTH2 ${payload}`)
  expect(expand('{times:3:ab}{4}{unknown:x}')).toBe('ababab{4}{unknown:x}')
  expect(expand('{base64:{times:3:a}\\x00}')).toBe('YWFhAA==')
  expect(unescape('a\\r\\n\\x01\\\\n')).toBe('a\r\n\x01\\n')
  expect(octets('é')).toBe('\xc3\xa9')
})

describe('a transcript', () => {
  test('is read into steps', () => {
    const { givens, steps } = parseScript(
      '# why\ngiven ada, INBOX has "a, b"  # two\n\nA > x\nA <~ one\nA <~ two\nclock +2m\n',
    )
    expect(givens.map(({ text }) => text)).toEqual(['ada', 'INBOX has "a, b"'])
    expect(steps).toMatchObject([
      { kind: 'send', who: 'A', text: 'x', line: 4 },
      { kind: 'any-order', who: 'A', expected: [{ text: 'one' }, { text: 'two' }] },
      { kind: 'clock', milliseconds: 120_000 },
    ])
  })

  test.each([
    ['A ? x', 'line 1 is not understood'],
    ['A > x\ngiven bob', "line 2: 'given' comes before"],
    ['clock 5', 'is not a duration'],
    ['A <...\nA > x', 'is followed by'],
  ])('%j is refused with its line', (text, why) => {
    expect(() => parseScript(text)).toThrow(why)
  })

  const play = { settings: pop3Settings, make: createPop3 }
  const failing = (text: string) => perform('it.txt', parseScript(text), play, 'standards')

  test('that does not come true is shown as far as it went', async () => {
    const told = failing('A < +OK <*>\nA > NOOP\nA < +OK\n')
    await expect(told).rejects.toThrow(
      'it.txt:3\n    A < +OK mail.contoso.test POP3 server ready\n    A > NOOP\n  3 ✗ A < +OK\n      got -ERR Sign in first',
    )
  })

  test.each([
    ['A < +OK <*>\nA >> NOOP\\r\\nNOOP\\r\\n\nA < -ERR <*>\nclock +1s\n', 'A also received -ERR Sign in first'],
    ['A < +OK <*>\nA > QUIT\nA <!\n', 'got +OK Goodbye before the connection ended'],
    ['A < +OK <*>\nA > CAPA\nA <~ UIDL\nA <~ TOP\n', 'got +OK Capabilities follow'],
    ['A < +OK <*>\nsign-in granted ada Bearer\n', 'the last sign-in was: none'],
    ['given INBOX has 2 messages\nthen INBOX holds 1 3\n', "the UIDs in INBOX: expected '1 3', got '1 2'"],
  ])('%j fails with what was otherwise', async (text, why) => {
    await expect(failing(text)).rejects.toThrow(why)
  })
})
