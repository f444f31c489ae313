import { describe, expect, test } from 'vitest'
import { MOST_LEVELS, MOST_PARTS, parseMessage } from './parse.ts'
import type { MimePart } from './structure.ts'

const parse = (text: string) => parseMessage(Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1'))
const bodyOf = (text: string, part: MimePart) =>
  Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1').toString('latin1', part.bodyStart, part.end)

/** The shape of a tree: `mixed(text/plain,message/rfc822[text/html])`. */
const shape = (part: MimePart): string => {
  if (part.children.length > 0) return `${part.subtype}(${part.children.map(shape).join(',')})`
  return `${part.type}/${part.subtype}${part.message ? `[${shape(part.message.part)}]` : ''}`
}

test('a message without MIME is plain US-ASCII text', () => {
  const { part, headers, lineOctets } = parse('Subject: x\nTo: y\n\none\ntwo\n')
  expect(part).toMatchObject({ type: 'text', subtype: 'plain', params: [['charset', 'us-ascii']], encoding: '7bit' })
  expect(part).toMatchObject({ headerStart: 0, bodyStart: 21, end: 31, lines: 2 })
  expect(headers.map(({ name }) => name)).toEqual(['Subject', 'To'])
  expect(lineOctets).toBe(31)
})

test('the line break before a delimiter is not in a nested part that ends there', () => {
  const digest = 'Content-Type: multipart/digest; boundary=b\n\n--b\n\n\n--b--\n'
  const [held] = parse(digest).part.children
  const empty = { headerStart: held!.end, bodyStart: held!.end, end: held!.end, lines: 0 }
  expect(bodyOf(digest, held!)).toBe('')
  expect(held).toMatchObject({ lines: 0, message: { part: empty } })

  const outer = 'Content-Type: multipart/mixed; boundary=a\n\n--a\n'
  const nested = `${outer}Content-Type: multipart/mixed; boundary=b\n\n--b\nX: y\n\n--a--\n`
  const [inner] = parse(nested).part.children
  expect(bodyOf(nested, inner!)).toBe('--b\r\nX: y\r\n')
  expect(inner!.children[0]).toMatchObject({ bodyStart: inner!.end, end: inner!.end, lines: 0 })
})

test.each([
  ['messa\0ge/rfc822', 'text/plain'],
  ['te\0xt/html', 'text/plain'],
  ['text/ht\0ml', 'text/ht'],
])('a type with a NUL in it, %j, is not one that it looks like without: %s', (type, read) => {
  expect(shape(parse(`Content-Type: ${type}\n\ntext\n`).part)).toBe(read)
})

test('the line break before a delimiter belongs to the delimiter', () => {
  const text = 'Content-Type: multipart/mixed; boundary=b\n\npre\n--b\n\none\n--b\nX: y\n\ntwo\n\n--b--\npost\n'
  const { part } = parse(text)
  expect(part.children.map((child) => bodyOf(text, child))).toEqual(['one', 'two\r\n'])
  expect(part.children.map(({ lines }) => lines)).toEqual([0, 1])
})

test('CRLF and bare LF may be mixed', () => {
  const bytes = Buffer.from('Content-Type: multipart/mixed;\r\n boundary=b\n\r\n--b\n\r\none\r\n--b\r\n\ntwo\n--b--')
  const { part, lineOctets } = parseMessage(bytes)
  expect(part.children.map((child) => bytes.toString('latin1', child.bodyStart, child.end))).toEqual(['one', 'two'])
  expect(lineOctets).toBe(bytes.length + 4 + 2)
})

describe('shapes', () => {
  test.each([
    [
      'nested multiparts',
      'Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nx\n--b\nContent-Type: text/html\n\ny\n--b--\n--a\nContent-Type: image/png\n\nz\n--a--\n',
      'mixed(alternative(text/plain,text/html),image/png)',
    ],
    [
      'an inner multipart that is not ended',
      'Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nx\n--a\n\ny\n--a--\n',
      'mixed(alternative(text/plain),text/plain)',
    ],
    ['a multipart that is not ended', 'Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx', 'mixed(text/plain)'],
    ['a multipart without parts', 'Content-Type: multipart/mixed; boundary=a\n\nnothing\n', 'mixed(text/plain)'],
    ['a multipart ended at once', 'Content-Type: multipart/mixed; boundary=a\n\n--a--\n', 'mixed(text/plain)'],
    ['a multipart without a boundary is text', 'Content-Type: multipart/mixed\n\n--a\n\nx\n', 'text/plain'],
    [
      'parts after the end are epilogue',
      'Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n--a--\n--a\n\ny\n',
      'mixed(text/plain)',
    ],
    [
      'one boundary is the beginning of another',
      'Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=ab\n\n--ab\n\nx\n--ab--\n--a\n\ny\n--a--\n',
      'mixed(mixed(text/plain),text/plain)',
    ],
    [
      'parent and child share a boundary',
      'Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n--a--\n--a\n\ny\n--a--\n',
      'mixed(mixed(text/plain),text/plain)',
    ],
    [
      'a folded boundary with blanks',
      'Content-Type: multipart/mixed; boundary="foo\n bar "\n\n--foo bar  \n\nx\n--foo bar--\t\n',
      'mixed(text/plain)',
    ],
    [
      'a boundary in sections',
      'Content-Type: multipart/mixed; boundary*0=fo; boundary*1*=%6f\n\n--foo\n\nx\n--foo--\n',
      'mixed(text/plain)',
    ],
    [
      'a boundary that ends in hyphens',
      'Content-Type: multipart/mixed; boundary="a--"\n\n--a--\n\nx\n--a----\n',
      'mixed(text/plain)',
    ],
    [
      'a digest',
      'Content-Type: multipart/digest; boundary=a\n\n--a\n\nSubject: x\n\ny\n--a\nContent-Type: text/plain\n\nz\n--a--\n',
      'digest(message/rfc822[text/plain],text/plain)',
    ],
    [
      'a message in a message',
      'Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nContent-Type: text/html\n\nx\n',
      'message/rfc822[message/rfc822[text/html]]',
    ],
    [
      'an encoded message is opaque',
      'Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeA0KDQp5\n',
      'message/rfc822',
    ],
    [
      'an internationalised message',
      'Content-Type: message/global\n\nSubject: \xc3\xa9\n\nx\n',
      'message/global[text/plain]',
    ],
    [
      'a delivery status is no message',
      'Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n',
      'message/delivery-status',
    ],
    [
      'a header cut by a delimiter',
      'Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/html\n--a\n\ny\n--a--\n',
      'mixed(text/html,text/plain)',
    ],
    [
      'a message cut in its header',
      'Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\nSubject: x\n--a--\n',
      'mixed(message/rfc822[text/plain])',
    ],
  ])('%s', (_, text, expected) => expect(shape(parse(text).part)).toBe(expected))

  test.each([
    ['Content-Type: text', 'text/plain'],
    ['Content-Type: /html', 'text/plain'],
    ['Content-Type:', 'text/plain'],
    ['Content-Type: TEXT / HTML (yes)', 'text/html'],
    ['content-type : text/html', 'text/html'],
    ['Content-Type: text/html charset=utf-8', 'text/html'],
    ['Content-Type: text/html\nContent-Type: image/png', 'text/html'],
    ['Content-Type\nContent-Type: text/html', 'text/html'],
    ['From me Sat Jan  3 01:05:34 1996\nContent-Type: text/html', 'text/html'],
    ['X: y\n Content-Type: image/png\nContent-Type:\n text/html', 'text/html'],
    ['X: \0\xff\nContent-Type: text/html', 'text/html'],
  ])('%j', (header, expected) => expect(shape(parse(`${header}\n\nx`).part)).toBe(expected))
})

test('the fields of a part', () => {
  const { part } = parse(
    'Content-Type: text/x-mine; charset=utf-8; x="y z"\nContent-ID: <a@b>\nContent-Description: some\n thing\n' +
      'Content-Transfer-Encoding: Quoted-Printable (sic)\nContent-MD5: Q2hlY2s=\nContent-Language: en, (German) de\n' +
      'Content-Disposition: Attachment; filename="a;b.txt"\nContent-Location: http://example.com/\n\nx',
  )
  expect(part).toMatchObject({
    params: [
      ['charset', 'utf-8'],
      ['x', 'y z'],
    ],
    id: '<a@b>',
    description: 'some thing',
    encoding: 'quoted-printable',
    md5: 'Q2hlY2s=',
    disposition: { type: 'attachment', params: [['filename', 'a;b.txt']] },
    language: ['en', 'de'],
    location: 'http://example.com/',
  })
})

test('envelope fields: repeated address lists are joined, of others the first counts', () => {
  const { envelope } = parse('To: a@x\nSubject: one\nTO: b@y\nsubject: two\nCc:\nconstructor: x\n\n')
  expect(envelope).toEqual({ to: 'a@x, b@y', subject: 'one', cc: '' })
})

test.each([
  ['', 0],
  ['a', 3],
  ['a\r', 4],
  ['a\n', 3],
  ['a\r\n', 3],
  ['a\nb\r\nc\rd\n', 11],
])('octets with proper line ends: %j', (text, octets) =>
  expect(parseMessage(Buffer.from(text)).lineOctets).toBe(octets),
)

test('too deeply nested content is opaque', () => {
  const levels = 3 * MOST_LEVELS
  const { part } = parse('Content-Type: message/rfc822\n\n'.repeat(levels))
  let depth = 1
  let inner = part
  for (; inner.message; inner = inner.message.part) depth++
  expect(depth).toBe(100)
  expect(shape(inner)).toBe('application/octet-stream')
})

test('parts beyond the maximum are epilogue', () => {
  const { part } = parse(`Content-Type: multipart/mixed; boundary=a\n\n${'--a\n\nx\n'.repeat(MOST_PARTS * 2)}--a--\n`)
  expect(part.children).toHaveLength(MOST_PARTS - 1)
})

test('hostile headers and delimiters take linear time', () => {
  const started = performance.now()
  const nests = Array.from(
    { length: 90 },
    (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\n\n--b${level}\n`,
  )
  parse(`${nests.join('')}\n${'--b\n'.repeat(500_000)}`)
  parse(`${'a:\n'.repeat(1_000_000)}\n`)
  parse(`To: ${'a,'.repeat(1_000_000)}\n\n`)
  parse(`X:${'\n '.repeat(1_000_000)}`)
  parse(`Content-Type: multipart/mixed; boundary=a\n\n${`--a${' '.repeat(1000)}x\n`.repeat(5000)}`)
  expect(performance.now() - started).toBeLessThan(10_000)
})
