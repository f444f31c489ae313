import { expect, test } from 'vitest'
import { parseMessage } from '../mime/parse.ts'
import { renderBody, renderBodyStructure } from './message-structure.ts'

const parse = (text: string) => parseMessage(Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1')).part
const body = (text: string) => Buffer.from(renderBody(parse(text))).toString('latin1')
const bodyStructure = (text: string) => Buffer.from(renderBodyStructure(parse(text))).toString('latin1')

test('a part without Content-Type is plain text', () => {
  expect(body('\nhello\n')).toBe('("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 7 1)')
  expect(bodyStructure('\nhello\n')).toBe('("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 7 1 NIL NIL NIL NIL)')
})

test('writes every field of a part', () => {
  const text =
    'Content-Type: text/x-mine; charset=us-ascii; foo="quoted \\"string\\""\nContent-ID: <foo@bar>\nContent-Description: some\n' +
    'Content-Transfer-Encoding: base64\nContent-MD5: Q2hlY2s=\nContent-Disposition: inline; foo=bar\n' +
    'Content-Language: en, fi, se\nContent-Location: http://example.com/\n\naGk=\n'
  const basic = '"text" "x-mine" ("charset" "us-ascii" "foo" "quoted \\"string\\"") "<foo@bar>" "some" "BASE64" 6 1'
  expect(body(text)).toBe(`(${basic})`)
  expect(bodyStructure(text)).toBe(
    `(${basic} "Q2hlY2s=" ("inline" ("foo" "bar")) ("en" "fi" "se") "http://example.com/")`,
  )
})

test('a part that is not text has no line count', () => {
  expect(body('Content-Type: image/png\n\nx\n')).toBe('("image" "png" NIL NIL NIL "7BIT" 3)')
})

test('one language is a string, a disposition without parameters has NIL', () => {
  expect(bodyStructure('Content-Type: image/png\nContent-Language: en\nContent-Disposition: attachment\n\n')).toBe(
    '("image" "png" NIL NIL NIL "7BIT" 0 NIL ("attachment" NIL) "en" NIL)',
  )
})

test('a multipart has no blanks between children, and extension data only in BODYSTRUCTURE', () => {
  const text =
    'Content-Type: multipart/mixed; boundary=a\nContent-Disposition: inline\nContent-Language: de\n\n--a\n\none\n--a\nContent-Type: image/png\n\ntwo\n--a--\n'
  const one = '"text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 3 0'
  expect(body(text)).toBe(`((${one})("image" "png" NIL NIL NIL "7BIT" 3) "mixed")`)
  expect(bodyStructure(text)).toBe(
    `((${one} NIL NIL NIL NIL)("image" "png" NIL NIL NIL "7BIT" 3 NIL NIL NIL NIL) "mixed" ("boundary" "a") ("inline" NIL) "de" NIL)`,
  )
})

test('a message part has an envelope, a body and a line count', () => {
  const text = 'Content-Type: message/rfc822\n\nSubject: in\n\nx\ny\n'
  const envelope = '(NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL)'
  const inner = '"text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 6 2'
  expect(body(text)).toBe(`("message" "rfc822" NIL NIL NIL "7BIT" 21 ${envelope} (${inner}) 4)`)
  expect(bodyStructure(text)).toBe(
    `("message" "rfc822" NIL NIL NIL "7BIT" 21 ${envelope} (${inner} NIL NIL NIL NIL) 4 NIL NIL NIL NIL)`,
  )
})

test('an encoded message part has an empty envelope and body', () => {
  expect(body('Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdA==\n')).toBe(
    '("message" "rfc822" NIL NIL NIL "BASE64" 14 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)' +
      ' ("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 0 0) 1)',
  )
})

test('a multipart without parts has one empty part', () => {
  expect(body('Content-Type: multipart/mixed; boundary=a\n\n')).toBe(
    '(("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 0 0) "mixed")',
  )
})

test('continuations are joined, and a value with a charset stays encoded', () => {
  expect(body('Content-Type: image/png; name*0*=utf-8\'\'%C3%A9; a=b; NAME*1="x y"; name*2*=%2E\n\n')).toContain(
    `("name*" "utf-8''%C3%A9x%20y%2E" "a" "b")`,
  )
  expect(body('Content-Type: image/png; a*1=two; a*0="one "; a*2*=%2Ethree; a=z\n\n')).toContain(
    '("a" "one two.three" "a" "z")',
  )
})

test('other parameters stay as they are', () => {
  expect(body("Content-Type: image/png; name*=utf-8''%C3%A9; b*1=x; c*0*=y; b*2=z\n\n")).toContain(
    `("name*" "utf-8''%C3%A9" "b*1" "x" "c*" "y" "b*2" "z")`,
  )
  expect(body('Content-Type: image/png; name="\xe9"\n\n')).toContain('("name" {1}\r\n\xe9)')
})
