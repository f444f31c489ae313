import { describe, expect, it } from 'vitest'
import { renderEnvelope } from '../../../../codecs/imap/message-structure.ts'
import { previewPart, previewText } from '../../../../codecs/imap/preview.ts'
import { parseMessage } from '../../../../codecs/mime/parse.ts'
import {
  type ContentOptions,
  contentOptions,
  contentRanges,
  type MessageSource,
  type StoredRange,
  readContent,
} from './message-content.ts'

const everything: ContentOptions = { header: true, body: true, preview: true }
const nothing: ContentOptions = { header: false, body: false, preview: false }

/** A stored message, with the ranges that were read. */
function stored(lines: readonly string[]): MessageSource & { readonly asked: StoredRange[] } {
  const bytes = Buffer.from(lines.join('\r\n'))
  const message = parseMessage(bytes)
  const previewed = previewPart(message.part)
  const asked: StoredRange[] = []
  return {
    structure: message.part,
    envelope: renderEnvelope(message),
    preview: previewed && previewText(previewed, bytes.subarray(previewed.bodyStart, previewed.end)),
    asked,
    read: async (range) => {
      asked.push(range)
      return bytes.subarray(range.start, range.end)
    },
  }
}

const header = [
  'From: =?utf-8?Q?Ad=C3=A9?= <ada@a.example>',
  'Sender: secretary@a.example',
  'To: "Bob, the builder" <bob@a.example>, carol@a.example',
  'Cc: Friends: d@a.example, e@a.example;',
  'Reply-To: Desk <desk@a.example>',
  'Subject: =?utf-8?B?R3LDvMOfZQ==?=',
  'Date: Fri, 02 Jan 2026 03:04:05 +0100',
  'Message-ID: <1@a.example>',
]

describe('the content of a message', () => {
  it('has the addressing without reading the message', async () => {
    const message = stored([...header, '', 'text'])
    const content = await readContent(message, nothing)
    expect(message.asked).toEqual([])
    expect(content).toMatchObject({
      subject: 'Grüße',
      from: { emailAddress: { name: 'Adé', address: 'ada@a.example' } },
      sender: { emailAddress: { name: 'secretary@a.example', address: 'secretary@a.example' } },
      to: [
        { emailAddress: { name: 'Bob, the builder', address: 'bob@a.example' } },
        { emailAddress: { name: 'carol@a.example', address: 'carol@a.example' } },
      ],
      cc: [{ emailAddress: { address: 'd@a.example' } }, { emailAddress: { address: 'e@a.example' } }],
      bcc: [],
      replyTo: [{ emailAddress: { name: 'Desk', address: 'desk@a.example' } }],
      sent: Date.UTC(2026, 0, 2, 2, 4, 5),
      internetMessageId: '<1@a.example>',
    })
    expect(await readContent({ ...message, envelope: undefined }, nothing)).toEqual(content)
  })

  it('has no Reply-To and the sender of From if the header has neither', async () => {
    const { replyTo, sender, subject, to } = await readContent(stored(['From: a@a.example', '', 'x']), nothing)
    expect({ replyTo, sender, subject, to }).toEqual({
      replyTo: [],
      sender: { emailAddress: { name: 'a@a.example', address: 'a@a.example' } },
      subject: '',
      to: [],
    })
  })

  it.each([
    ['Importance: High', 'high'],
    ['importance: low\r\nX-Priority: 1', 'low'],
    ['X-Priority: 1 (Highest)', 'high'],
    ['X-Priority: 5', 'low'],
    ['X-MSMail-Priority: High', 'high'],
    ['X-Priority: soon', 'normal'],
    ['X-Other: 1', 'normal'],
  ])('has the importance of %j', async (field, importance) => {
    expect((await readContent(stored([field, '', 'x']), everything)).header?.importance).toBe(importance)
  })

  it('has the receipts, the thread index and all fields of the header', async () => {
    const index = Buffer.concat([Buffer.of(1), Buffer.alloc(26, 7)]).toString('base64')
    const { header: read, headerText } = await readContent(
      stored([
        'Disposition-Notification-To: a@b',
        'Return-Receipt-To: a@b',
        `Thread-Index: ${index}`,
        'X-A: =?utf-8?Q?=C3=A4?=',
        '',
        '',
      ]),
      everything,
    )
    expect(read).toMatchObject({ isReadReceiptRequested: true, isDeliveryReceiptRequested: true })
    expect(read?.threadIndex?.toString('base64')).toBe(index)
    expect(read?.fields.at(-1)).toEqual({ name: 'X-A', value: 'ä' })
    expect(headerText).toMatch(/^Disposition-Notification-To: a@b\r\n[\s\S]*\?=$/)
  })
})

const alternative = [
  'Content-Type: multipart/alternative; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Hello <you>',
  '--b',
  'Content-Type: text/html; charset=iso-8859-1',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  '<p onclick=3D"x()">Hell=F6 <b>you</b></p><script>x()</script><div id=3D"divRplyFwdMsg">old</div>',
  '--b--',
]

describe('the body of a message', () => {
  it('is HTML if there is some, safe and as a document', async () => {
    const { body, uniqueBody } = await readContent(stored(alternative), everything)
    expect(body?.contentType).toBe('html')
    expect(body?.content).toMatch(
      /^<html>\r\n<head>\r\n<meta [^>]*charset=utf-8"><\/head>\r\n<body>\r\n<p>Hellö <b>you<\/b><\/p><div/,
    )
    expect(body?.content).not.toContain('script')
    expect(uniqueBody?.content).toMatch(/<p>Hellö <b>you<\/b><\/p>\r\n<\/body>/)
  })

  it('is unchanged HTML if the caller allows unsafe HTML', async () => {
    const { body } = await readContent(stored(alternative), { ...everything, unsafeHtml: true })
    expect(body?.content).toContain('<p onclick="x()">')
    expect(body?.content).toContain('<script>')
  })

  it('is text if the caller prefers text, from the HTML if there is no text', async () => {
    const asText = { ...everything, type: 'text' } as const
    expect((await readContent(stored(alternative), asText)).body).toEqual({
      contentType: 'text',
      content: 'Hello <you>',
    })
    const html = ['Content-Type: text/html', '', '<p>One</p><p>two</p><script>x</script>']
    expect((await readContent(stored(html), asText)).body).toEqual({ contentType: 'text', content: 'One\r\n\r\ntwo' })
  })

  it('is HTML of a text if the caller prefers HTML', async () => {
    const { body } = await readContent(stored(['', 'a < b\r\nc']), { ...everything, type: 'html' })
    expect(body?.contentType).toBe('html')
    expect(body?.content).toContain('a &lt; b<br>\r\nc')
    expect((await readContent(stored(['', 'a < b']), everything)).body).toEqual({
      contentType: 'text',
      content: 'a < b',
    })
  })

  it('is empty for a message without a text', async () => {
    const { body, preview } = await readContent(stored(['Content-Type: application/pdf', '', 'x']), everything)
    expect([body, preview]).toEqual([{ contentType: 'text', content: '' }, ''])
  })

  it('has a preview of 255 characters, read only if the stored one is cut', async () => {
    const short = stored(['', 'short\r\ntext'])
    expect((await readContent(short, { ...nothing, preview: true })).preview).toBe('short text')
    expect(short.asked).toEqual([])
    const long = stored(['', 'word '.repeat(100)])
    expect((await readContent(long, { ...nothing, preview: true })).preview).toHaveLength(255)
    expect(long.asked).toHaveLength(1)
  })

  it('is read without the attachments', async () => {
    const large = stored([
      'Content-Type: multipart/mixed; boundary=m',
      '',
      '--m',
      '',
      'text',
      '--m',
      'Content-Type: application/pdf',
      '',
      'x'.repeat(1_000_000),
      '--m--',
    ])
    const { parts } = await readContent(large, everything)
    expect(parts.attachments).toHaveLength(1)
    expect(large.asked.every(({ start, end }) => end - start < 1000)).toBe(true)
    expect(contentRanges(large, everything)).toEqual(large.asked)
  })
})

it('reads what the properties of an answer need', () => {
  expect(contentOptions(new Set(['subject', 'from', 'isRead']), {})).toEqual(nothing)
  expect(contentOptions(new Set(['uniqueBody']), { type: 'text' })).toEqual({ ...nothing, body: true, type: 'text' })
  expect(contentOptions(new Set(['bodyPreview', 'conversationIndex']), {})).toEqual({
    ...nothing,
    preview: true,
    header: true,
  })
})

it.each([
  ['REQUEST', 'NEEDS-ACTION', 'eventMessageRequest', 'meetingRequest', 'IPM.Schedule.Meeting.Request'],
  ['CANCEL', 'DECLINED', 'eventMessage', 'meetingCancelled', 'IPM.Schedule.Meeting.Canceled'],
  ['REPLY', 'ACCEPTED', 'eventMessageResponse', 'meetingAccepted', 'IPM.Schedule.Meeting.Resp.Pos'],
  ['reply', 'TENTATIVE', 'eventMessageResponse', 'meetingTenativelyAccepted', 'IPM.Schedule.Meeting.Resp.Tent'],
])('knows a meeting message: %s %s', async (method, status, type, messageType, messageClass) => {
  const message = stored([
    `Content-Type: text/calendar; method=${method}`,
    '',
    'BEGIN:VCALENDAR',
    `ATTENDEE;CN=Ada;PART`,
    ` STAT=${status}:mailto:ada@a.example`,
    'END:VCALENDAR',
  ])
  expect((await readContent(message, everything)).meeting).toEqual({ type, messageType, messageClass })
  expect((await readContent(message, nothing)).meeting?.type).toBe(type)
})
