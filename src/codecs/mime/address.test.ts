import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Address, addressOctets, parseAddresses } from './address.ts'

/** `name <route:local@domain>`, groups as `name: …;`, `?` for what is missing. */
const show = (address: Address): string => {
  if (address.kind === 'group') return `${address.name}: ${address.members.map(show).join(', ')};`
  const { name, route, local = '?', domain = '?' } = address
  const route_ = route ? `${route}:` : ''
  return name === undefined ? `${route_}${local}@${domain}` : `${name} <${route_}${local}@${domain}>`
}
const read = (octets: string) => parseAddresses(octets).map(show)

test.each([
  ['joe@example.com', ['joe@example.com']],
  ['Joe Q. Public <john.q.public@example.com>', ['Joe Q. Public <john.q.public@example.com>']],
  ['"Giant; \\"Big\\" Box" <a@example.net>', ['Giant; "Big" Box <a@example.net>']],
  ['a@x, b@y,, c@z,', ['a@x', 'b@y', 'c@z']],
  ['=?utf-8?Q?=C3=A9?= <a@x>', ['=?utf-8?Q?=C3=A9?= <a@x>']],
  ['"joe doe"@x', ['joe doe@x']],
  ['<joe@[192.0.2.1]>', ['joe@[192.0.2.1]']],
])('RFC 5322 §3.4: %s', (octets, expected) => expect(read(octets)).toEqual(expected))

test.each([
  ['A Group:Ed Jones <joe@where.test>,joe@where.test;', ['A Group: Ed Jones <joe@where.test>, joe@where.test;']],
  ['undisclosed-recipients:;', ['undisclosed-recipients: ;']],
  ['a@x, g: b@y;, c@z', ['a@x', 'g: b@y;', 'c@z']],
  ['g: a@x, b@y', ['g: a@x, b@y;']],
  ['"my: group": a@x;', ['my: group: a@x;']],
])('groups: %s', (octets, expected) => expect(read(octets)).toEqual(expected))

test.each([
  ['Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>', ['Pete <pete@silly.test>']],
  ['user@domain (Real Name)', ['Real Name <user@domain>']],
  ['(only (a nested) comment)', []],
  ['a@x (one), b@y (two)', ['one <a@x>', 'two <b@y>']],
])('comments: %s', (octets, expected) => expect(read(octets)).toEqual(expected))

test.each([
  ['<@a.test,@b.test:c@d.test>', ['@a.test,@b.test:c@d.test']],
  ['john . q @ example . com', ['john.q@example.com']],
  [
    'Mary Smith <@node.test : mary@example.net>, , jdoe@test  . example',
    ['Mary Smith <@node.test:mary@example.net>', 'jdoe@test.example'],
  ],
])('RFC 5322 §4.4: %s', (octets, expected) => expect(read(octets)).toEqual(expected))

test.each([
  ['', []],
  [', ;:,', []],
  ['bob', ['bob@?']],
  ['John Doe', ['John Doe <?@?>']],
  ['"John Doe"', ['John Doe <?@?>']],
  ['<>', ['?@?']],
  ['<@example.com>', ['?@example.com']],
  ['joe@', ['joe@']],
  ['joe@x.test <joe@x.test>', ['joe@x.test <joe@x.test>']],
  ['a@x b@y', ['a@x', 'b@y']],
  ['A <a@x> B <b@y>', ['A <a@x>', 'B <b@y>']],
  ['<a@x, b@y', ['a@x', 'b@y']],
  ['<<a@x>>', ['a@x']],
  ['a@b@c', ['a@b@c']],
  ['John Doe joe@x', ['John Doe <joe@x>']],
  ['[EXT] Joe <joe@x>', ['[EXT] Joe <joe@x>']],
  ['"unclosed <a@x>', ['unclosed <a@x>']],
  ["'Joe' <'joe@x'>", ["'Joe' <'joe@x'>"]],
  ['M\xfcller <m@x>', ['M\xfcller <m@x>']],
  ['Voil\xc3\xa0 B\xc3\xa0 <m@x>', ['Voil\xc3\xa0 B\xc3\xa0 <m@x>']],
])('no address, understood as far as it goes: %s', (octets, expected) => expect(read(octets)).toEqual(expected))

test('any octets are read in linear time', () => {
  const soup = fc.string({ unit: fc.constantFrom(...'<>@,;:"\\()[]. ax\xff\xa0\v\f\0'.split('')) })
  fc.assert(
    fc.property(soup, (octets) => void parseAddresses(octets)),
    { numRuns: 2000 },
  )
  const started = performance.now()
  for (const nasty of ['\\"', '"\\"', '<', '<@', '(', 'a@', '"', 'a(', '<a@b ', 'x:', '[', 'a@[', 'a . '])
    parseAddresses(nasty.repeat(100_000))
  expect(performance.now() - started).toBeLessThan(5000)
})

test('a very long list is cut', () => {
  expect(parseAddresses('a@x,'.repeat(20_000))).toHaveLength(10_000)
})

test.each([
  ['a.b@c.example', 'a.b@c.example'],
  ['"odd one"@c.example', '"odd one"@c.example'],
  ['"a\\"b"@c.example', '"a\\"b"@c.example'],
  ['"plain"@c.example', 'plain@c.example'],
  ['"a@b"@c.example', '"a@b"@c.example'],
  ['lonely', 'lonely'],
])('writes the address of %s as %s', (given, written) => {
  const [address] = parseAddresses(given)
  expect(address?.kind === 'mailbox' && addressOctets(address)).toBe(written)
})
