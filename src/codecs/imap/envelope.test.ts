import { expect, test } from 'vitest'
import { parseMessage } from '../mime/parse.ts'
import { renderEnvelope } from './message-structure.ts'

const render = (header: string) =>
  Buffer.from(
    renderEnvelope(parseMessage(Buffer.from(`${header.replaceAll('\n', '\r\n')}\r\n\r\n`, 'latin1'))),
  ).toString('latin1')

test('writes every field in the order of the RFC', () => {
  expect(
    render(
      'Message-ID: <1@x>\nIn-Reply-To: <2@x>\nDate: Sat, 01 Feb 2007 01:02:03 +0200\nSubject: s\nFrom: F <f@x>\n' +
        'To: T <t@x>\nCc: C <c@x>\nBcc: B <b@x>\nSender: S <s@x>\nReply-To: R <r@x>',
    ),
  ).toBe(
    '("Sat, 01 Feb 2007 01:02:03 +0200" "s" (("F" NIL "f" "x")) (("S" NIL "s" "x")) (("R" NIL "r" "x")) (("T" NIL "t" "x"))' +
      ' (("C" NIL "c" "x")) (("B" NIL "b" "x")) "<2@x>" "<1@x>")',
  )
})

test('a missing field is NIL, an empty one is not', () => {
  expect(render('X: y')).toBe('(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)')
  expect(render('Subject:\nMessage-ID:\nDate: ')).toBe('("" "" NIL NIL NIL NIL NIL NIL NIL "")')
})

test('a missing or empty sender or reply-to is the same as from; to has no default', () => {
  const from = '(("F" NIL "f" "x"))'
  expect(render('From: F <f@x>')).toBe(`(NIL NIL ${from} ${from} ${from} NIL NIL NIL NIL NIL)`)
  expect(render('From: F <f@x>\nSender:\nReply-To: \nTo:')).toBe(
    `(NIL NIL ${from} ${from} ${from} NIL NIL NIL NIL NIL)`,
  )
})

test.each([
  ['g: a@x, B <b@y>;, c@z', '((NIL NIL "g" NIL)(NIL NIL "a" "x")("B" NIL "b" "y")(NIL NIL NIL NIL)(NIL NIL "c" "z"))'],
  ['undisclosed-recipients:;', '((NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL))'],
  ['<@r.test,@s.test:u@d.test>', '((NIL "@r.test,@s.test" "u" "d.test"))'],
  ['user@domain (Real Name)', '(("Real Name" NIL "user" "domain"))'],
  ['"Q \\"uoted\\"" <"l p"@d>', '(("Q \\"uoted\\"" NIL "l p" "d"))'],
  ['bob', '((NIL NIL "bob" "MISSING_DOMAIN"))'],
  ['<@d.test>', '((NIL NIL "MISSING_MAILBOX" "d.test"))'],
  ['=?utf-8?Q?J=C3=BCrgen?= <j@x>', '(("=?utf-8?Q?J=C3=BCrgen?=" NIL "j" "x"))'],
  ['J\xfcrgen <j@x>', '(({6}\r\nJ\xfcrgen NIL "j" "x"))'],
  [', ,', 'NIL'],
])('addresses: %s', (list, written) => {
  expect(render(`To: ${list}`)).toBe(`(NIL NIL NIL NIL NIL ${written} NIL NIL NIL NIL)`)
})

test('texts are unfolded, and encoded words stay encoded', () => {
  expect(render('Subject: =?utf-8?Q?a?=\n =?utf-8?Q?b?=')).toContain('"=?utf-8?Q?a?= =?utf-8?Q?b?="')
  expect(render('Subject: caf\xc3\xa9')).toContain('{5}\r\ncaf\xc3\xa9')
})
