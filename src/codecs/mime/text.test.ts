import { expect, test } from 'vitest'
import { readAttributes } from './attributes.ts'
import { parseMessage } from './parse.ts'
import { searchTexts } from './text.ts'

const bytesOf = (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1')
const texts = (text: string) => {
  const bytes = bytesOf(text)
  return [...searchTexts(bytes, parseMessage(bytes).part)].map((piece) => `${piece.in}: ${piece.text}`)
}

test('a simple message', () => {
  expect(texts('Subject: =?utf-8?Q?caf=C3=A9?=\nX:\n\tfolded\n\nbody\n')).toEqual([
    'header: Subject: café\r\nX: folded',
    'body: body\r\n',
  ])
})

test('encodings and charsets are decoded', () => {
  expect(texts('Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: base64\n\n8NLJ18XU\n')[1]).toBe(
    'body: Привет',
  )
  expect(
    texts('Content-Type: text/plain; charset=latin1\nContent-Transfer-Encoding: quoted-printable\n\n=E9t=\n=E9\n')[1],
  ).toBe('body: été\r\n')
  expect(texts('Content-Transfer-Encoding: x-unknown\n\nas is\n')[1]).toBe('body: as is\r\n')
})

test('binary bodies are left out, the names of files are not', () => {
  const part =
    "Content-Type: application/pdf; name=x.pdf\nContent-Disposition: attachment;\n filename*=utf-8''r%C3%A9sum%C3%A9.pdf\n\nbinary\n"
  expect(texts(part)).toEqual([
    `header: Content-Type: application/pdf; name=x.pdf\r\nContent-Disposition: attachment; filename*=utf-8''r%C3%A9sum%C3%A9.pdf\r\nrésumé.pdf\r\nx.pdf`,
  ])
})

test('MIME headers of parts are header, the message inside is body', () => {
  const message =
    'Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/x-one\n\n1\n--a\nContent-Type: message/rfc822\n\nSubject: in\n\n2\n--a--\n'
  expect(texts(message)).toEqual([
    'header: Content-Type: multipart/mixed; boundary=a',
    'header: Content-Type: text/x-one',
    'body: 1',
    'header: Content-Type: message/rfc822',
    'body: Subject: in',
    'body: 2',
  ])
})

test('HTML comes as source and as visible text', () => {
  expect(texts('Content-Type: text/html\n\n<p>a<b>b</b></p>')).toEqual([
    'header: Content-Type: text/html',
    'body: <p>a<b>b</b></p>',
    'body:  ab ',
  ])
})

const attributes = (text: string) => {
  const bytes = bytesOf(text)
  return readAttributes(bytes, parseMessage(bytes))
}

test('the fields for a list of messages', () => {
  expect(
    attributes(
      'Subject: =?utf-8?B?w6k=?=\nFrom: =?utf-8?Q?J=C3=BCrgen?= <j@x>\nDate: 1 Jan 2024 00:00:00 +0100\n' +
        'Message-ID:\n <1@x>\nIn-Reply-To: <2@x> (that)\nReferences: <3@x>\n <2@x>\n\nbody',
    ),
  ).toEqual({
    subject: 'é',
    from: 'Jürgen <j@x>',
    date: { at: Date.UTC(2023, 11, 31, 23), zone: 60 },
    messageId: '<1@x>',
    inReplyTo: ['<2@x>'],
    references: ['<3@x>', '<2@x>'],
    hasAttachments: false,
  })
  expect(attributes('\n')).toEqual({
    subject: undefined,
    from: undefined,
    date: undefined,
    messageId: undefined,
    inReplyTo: [],
    references: [],
    hasAttachments: false,
  })
})

test.each([
  [false, 'Content-Type: image/png\nContent-ID: <a@b>'],
  [false, 'Content-Type: image/png\nContent-Disposition: inline'],
  [false, 'Content-Type: application/pgp-signature; name=signature.asc'],
  [false, 'Content-Type: message/delivery-status'],
  // As in Exchange, a second text is an attachment.
  [true, 'Content-Type: text/html'],
  [true, 'Content-Type: application/pdf'],
  [true, 'Content-Type: text/csv; name=a.csv'],
  [true, 'Content-Disposition: attachment'],
  [true, 'Content-Type: message/rfc822'],
])('an attachment: %s for %j', (expected, part) => {
  const message = `Content-Type: multipart/mixed; boundary=a\n\n--a\n\ntext\n--a\n${part}\n\nx\n--a--\n`
  expect(attributes(message).hasAttachments).toBe(expected)
})
