import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { decodeXtext, readCommand, readParameters, readPath } from './command-line.ts'

const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
const read = (line: string) => readCommand(Buffer.from(line, 'utf8'))

describe('a command line', () => {
  test.each([
    ['NOOP', 'NOOP', ''],
    ['noop  ', 'NOOP', ''],
    ['VRFY  ada lovelace ', 'VRFY', 'ada lovelace'],
  ])('%j is %s with %j', (line, verb, rest) => {
    const command = read(line)
    expect(command.verb).toBe(verb)
    expect(command.args.rest()).toBe(rest)
  })

  test.each(['', ' NOOP', '\0', 'NOOP\0', 'NOOP\t1', '.', 'X'.repeat(17), 'MAIL-FROM:'])('%j is refused', (line) => {
    expect(() => read(line)).toThrow(Refusal)
  })

  test('returns its arguments one by one', () => {
    const { args } = read('BDAT 12  LAST')
    expect(args.number()).toBe(12)
    expect(args.word()).toBe('LAST')
    args.end()
    expect(() => args.word()).toThrow('An argument is missing')
    expect(() => read('BDAT -1').args.number()).toThrow('A number was expected')
    expect(() => read('QUIT now').args.end()).toThrow('There are too many arguments')
  })

  test('returns a path and parameters', () => {
    const { args } = read('MAIL from: <Ada@contoso.test> size=12 BODY=8bitmime SMTPUTF8')
    expect(args.path('FROM').address).toBe('Ada@contoso.test')
    expect([...args.parameters()]).toEqual([
      ['SIZE', '12'],
      ['BODY', '8bitmime'],
      ['SMTPUTF8', undefined],
    ])
    args.end()
    expect(() => read('MAIL TO:<a@b.test>').args.path('FROM')).toThrow('FROM: was expected')
  })

  test('of any octets is parsed or refused', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', 'MAIL FROM:', 'RCPT TO:<', 'MAIL FROM:<a@b> '),
        fc.uint8Array({ maxLength: 200 }),
        (head, bytes) => {
          try {
            const { args } = readCommand(Buffer.concat([Buffer.from(head), bytes]))
            args.path(head.startsWith('MAIL') ? 'FROM' : 'TO')
            args.parameters()
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(Refusal)
          }
        },
      ),
    )
  })
})

describe('a path', () => {
  test.each([
    ['<ada@contoso.test>', 'ada@contoso.test'],
    ['<ada@contoso.test> SIZE=1', 'ada@contoso.test'],
    ['ada@contoso.test', 'ada@contoso.test'],
    ['<>', ''],
    ['<@a.test,@b.test:ada@contoso.test>', 'ada@contoso.test'],
    ['<"ada lovelace"@contoso.test>', 'ada lovelace@contoso.test'],
    [String.raw`<"a\"\\b@c"@contoso.test>`, String.raw`a"\b@c@contoso.test`],
    ['<ada@[192.0.2.1]>', 'ada@[192.0.2.1]'],
    ['<ada@[IPv6:2001:db8::1]>', 'ada@[IPv6:2001:db8::1]'],
    ['<Postmaster>', 'Postmaster'],
    ['<ada@contoso.test.>', 'ada@contoso.test'],
    ['<a+b=c/d@x-y.contoso.test>', 'a+b=c/d@x-y.contoso.test'],
    ['<björn@contoso.test>', 'björn@contoso.test'],
    ['<ada@bücher.test>', 'ada@bücher.test'],
  ])('%s is %j', (text, address) => {
    const { path } = readPath(latin1(text))
    expect(path.address).toBe(address)
    expect(path.ascii).toBe(/^[\x20-\x7e]*$/.test(address))
  })

  test.each([
    '',
    '<',
    '<ada>',
    '<ada@>',
    '<@contoso.test>',
    '<ada@contoso..test>',
    '<ada@contoso.test',
    '<ada@contoso.test>x',
    '<ada lovelace@contoso.test>',
    '<ada.@contoso.test>',
    '<.ada@contoso.test>',
    '<a@b@contoso.test>',
    '<ada@-contoso.test>',
    '<ada@contoso.test\r>',
    '<ada\0@contoso.test>',
    '<"ada@contoso.test>',
    `<${'a'.repeat(257)}@contoso.test>`,
    `<ada@${'a.'.repeat(130)}test>`,
  ])('%j is refused', (text) => {
    expect(() => readPath(text)).toThrow(Refusal)
  })

  test('of octets outside UTF-8 is refused', () => {
    expect(() => readPath('<\xff@contoso.test>')).toThrow('not UTF-8')
  })

  test('takes little time for any input', () => {
    const started = performance.now()
    for (const text of [`<${'a.'.repeat(16_000)}`, `<@${'a.'.repeat(16_000)}`, `<"${'\\\\'.repeat(16_000)}`]) {
      expect(() => readPath(text)).toThrow(Refusal)
    }
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

describe('parameters', () => {
  test.each(['SIZE=1 SIZE=2', 'SIZE=', '=1', '-A', 'A=\0', Array.from({ length: 21 }, (_, n) => `A${n}`).join(' ')])(
    '%j are refused',
    (text) => {
      expect(() => readParameters(text)).toThrow(Refusal)
    },
  )

  test('may have an equals sign in their value', () => {
    expect(readParameters('ORCPT=rfc822;a+3Db').get('ORCPT')).toBe('rfc822;a+3Db')
  })

  test('encode octets in xtext', () => {
    expect(decodeXtext('a+2Bb+3D')).toBe('a+b=')
    for (const text of ['a=b', 'a b', '+2b', '+', '+2', 'é']) expect(() => decodeXtext(text)).toThrow(Refusal)
  })
})
