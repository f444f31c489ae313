import { Readable } from 'node:stream'
import {
  array,
  asyncProperty,
  assert,
  base64String,
  constantFrom,
  emailAddress,
  record,
  string,
  uint8Array,
} from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMessage } from '../parse.ts'
import { attachmentKey } from '../parts/attachment-key.ts'
import { messageParts } from '../parts/message-parts.ts'
import { textOfPart } from '../parts/text-of-part.ts'
import { decodeTransfer } from '../transfer.ts'
import { composeMessage } from './compose-message.ts'
import { draftContent } from './draft-content.ts'
import type { NewAttachment, NewMessageContent } from './new-message.ts'

const plain: NewMessageContent = {
  from: { name: 'Ada', address: 'ada@a.example' },
  sender: undefined,
  to: [{ name: '', address: 'b@a.example' }],
  cc: [],
  bcc: [],
  replyTo: [],
  subject: 'Hi',
  messageId: '<1@a.example>',
  date: Date.UTC(2026, 0, 2, 3, 4, 5),
  inReplyTo: undefined,
  references: [],
  importance: 'normal',
  readReceiptTo: undefined,
  deliveryReceiptTo: undefined,
  threadIndex: undefined,
  threadTopic: undefined,
  fields: [],
  body: { contentType: 'text', content: 'Hello' },
  alternatives: [],
  attachments: [],
}

let count = 0
const chance = (octets: number) => Buffer.alloc(octets, ++count)
const composed = (changes: Partial<NewMessageContent>) => composeMessage({ ...plain, ...changes }, chance)
const file = (name: string, content: Buffer | Readable, more: object = {}): NewAttachment => ({
  kind: 'file',
  name,
  contentType: 'application/octet-stream',
  content,
  isInline: false,
  contentId: undefined,
  contentLocation: undefined,
  ...more,
})

const reread = (bytes: Buffer) =>
  draftContent(parseMessage(bytes).part, async (start, end) => bytes.subarray(start, end))

describe('a composed message', () => {
  it('is a plain text with its header', async () => {
    expect(
      String(
        await composed({ bcc: [{ name: 'Ü', address: 'c@a.example' }], references: ['<0@a>'], inReplyTo: '<0@a>' }),
      ),
    ).toBe(
      [
        'From: Ada <ada@a.example>',
        'To: b@a.example',
        'Bcc: =?UTF-8?B?w5w=?= <c@a.example>',
        'In-Reply-To: <0@a>',
        'References: <0@a>',
        'Subject: Hi',
        'Message-ID: <1@a.example>',
        'Date: Fri, 02 Jan 2026 03:04:05 +0000',
        'Content-Transfer-Encoding: 7bit',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        '',
        'Hello',
        '',
      ].join('\r\n'),
    )
  })

  it('has HTML with a plain form, images beside the HTML, and attachments', async () => {
    const bytes = await composed({
      body: { contentType: 'html', content: '<p>Hi <img src="cid:logo"></p>' },
      attachments: [
        file('logo.png', Buffer.from('png'), { contentType: 'image/png', isInline: true, contentId: 'logo' }),
        file('a.pdf', Buffer.from('pdf'), { contentType: 'application/pdf' }),
        file('b.png', Buffer.from('b'), { contentType: 'image/png', contentId: 'own@a' }),
        { kind: 'item', name: 'Inner', content: Buffer.from('Subject: inner\r\n\r\ntext') },
        { kind: 'reference', name: 'shared.docx', url: 'https://a.example/"x"' },
      ],
    })
    const { part } = parseMessage(bytes)
    const shape = (it: typeof part): unknown =>
      it.children.length > 0 ? [it.subtype, ...it.children.map(shape)] : `${it.type}/${it.subtype}`
    expect(shape(part)).toEqual([
      'mixed',
      ['alternative', 'text/plain', ['related', 'text/html', 'image/png']],
      'application/pdf',
      'image/png',
      'message/rfc822',
      'message/external-body',
    ])
    const { attachments } = messageParts(part)
    expect(attachments.map(({ kind, name, isInline }) => [kind, name, isInline])).toEqual([
      ['file', 'logo.png', true],
      ['file', 'a.pdf', false],
      ['file', 'b.png', false],
      ['item', 'Inner', false],
      ['reference', 'shared.docx', false],
    ])
    expect(attachments[2]!.part.id).toBe('<own@a>')
  })

  it('takes the content of an attachment as a stream', async () => {
    const content = Buffer.alloc(300_000, 'stream')
    const bytes = await composed({
      attachments: [file('s', Readable.from([content.subarray(0, 7), content.subarray(7)]))],
    })
    const { part } = messageParts(parseMessage(bytes).part).attachments[0]!
    expect(decodeTransfer(bytes.subarray(part.bodyStart, part.end), part.encoding)?.equals(content)).toBe(true)
  })

  it('cannot get another header field through any of its texts', async () => {
    const evil = 'x\r\nX-Evil: 1\r\n\r\nbody'
    const bytes = await composed({
      from: { name: evil, address: 'a@a.example' },
      to: [{ name: evil, address: `b@a.example\r\nX-Evil: 1` }],
      subject: evil,
      threadTopic: evil,
      fields: [{ name: 'X-Mine', value: evil }],
      inReplyTo: `<a@b>\r\nX-Evil: 1`,
      attachments: [
        file(evil, Buffer.from('x'), {
          contentType: `text/plain\r\nX-Evil: 1`,
          contentId: evil,
          contentLocation: evil,
        }),
        { kind: 'reference', name: evil, url: evil },
      ],
    })
    expect(String(bytes)).not.toMatch(/^X-Evil/im)
  })

  it('keeps its parts and its other fields when it is read and written again', async () => {
    const first = await composed({
      body: { contentType: 'html', content: '<p>Hi</p>' },
      importance: 'high',
      readReceiptTo: 'ada@a.example',
      fields: [{ name: 'X-custom-Header', value: 'Größe' }],
      attachments: [
        file('i.png', Buffer.from('i'), { isInline: true, contentId: 'i' }),
        file('ä b.bin', Buffer.alloc(1000, 1)),
        { kind: 'item', name: 'Inner', content: Buffer.from('Subject: inner\r\n\r\ntext') },
      ],
    })
    const draft = await reread(first)
    const second = await composeMessage({ ...draft, subject: 'Changed' }, chance)
    const [before, after] = [first, second].map((bytes) =>
      messageParts(parseMessage(bytes).part).attachments.map((it) => [
        attachmentKey(it).slice(attachmentKey(it).indexOf('-')),
        bytes.toString('latin1', it.part.headerStart, it.part.end),
      ]),
    )
    expect(after).toEqual(before)
    expect(await reread(second)).toEqual({ ...draft, subject: 'Changed' })
    expect(String(second)).toContain('\r\nX-custom-Header: =?UTF-8?')
    const without = await composeMessage({ ...draft, attachments: draft.attachments.slice(1) }, chance)
    expect((await reread(without)).attachments).toEqual(draft.attachments.slice(1))
  })

  it('keeps the calendar of a meeting message, and a message that is only a file', async () => {
    const ics = 'Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR'
    const bytes = await composed({
      body: { contentType: 'html', content: '<p>x</p>' },
      alternatives: [Buffer.from(ics)],
    })
    const again = await composeMessage(await reread(bytes), chance)
    expect(messageParts(parseMessage(again).part).calendar).toBeDefined()
    const only = Buffer.from('Subject: s\r\nX-A: 1\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\npdf')
    const draft = await reread(only)
    expect(String((draft.attachments[0] as { octets: Buffer }).octets)).toBe(
      'Content-Type: application/pdf; name=a.pdf\r\n\r\npdf',
    )
    expect(draft.fields).toEqual([{ name: 'X-A', value: '1' }])
  })

  it('is read as it was written', async () => {
    const text = string({ unit: 'grapheme', maxLength: 300 }).map((it) => it.toWellFormed().replaceAll(/\p{Cc}/gu, ''))
    const line = text.map((it) => it.replaceAll('=?', '').replaceAll(/\s+/g, ' ').trim())
    const address = record({ name: line, address: emailAddress() })
    const bodies = array(text, { maxLength: 20 }).map((lines) => lines.join('\r\n'))
    const files = record({
      name: line.map((it) => it.replaceAll(/[/\\]/g, '').trim() || 'x'),
      content: uint8Array({ maxLength: 5000 }),
    })
    await assert(
      asyncProperty(
        record({
          subject: line,
          from: address,
          to: array(address, { maxLength: 5 }),
          bcc: array(address, { maxLength: 3 }),
          importance: constantFrom('low', 'normal', 'high'),
          contentType: constantFrom('text', 'html'),
          content: bodies,
          topic: base64String(),
        }),
        array(files, { maxLength: 4 }),
        async ({ subject, from, to, bcc, importance, contentType, content, topic }, attached) => {
          const body = { contentType, content }
          const attachments = attached.map((it) => file(it.name, Buffer.from(it.content)))
          const bytes = await composed({
            subject,
            from,
            to,
            bcc,
            importance,
            body,
            threadTopic: topic || undefined,
            attachments,
          })
          const read = await reread(bytes)
          expect(read).toMatchObject({ subject, from, to, bcc, importance, body })
          const parts = messageParts(parseMessage(bytes).part)
          expect(parts.attachments.map(({ name }) => name)).toEqual(attached.map(({ name }) => name.slice(0, 255)))
          for (const [index, { part }] of parts.attachments.entries()) {
            const decoded = decodeTransfer(bytes.subarray(part.bodyStart, part.end), part.encoding)
            expect(decoded?.equals(attached[index]!.content)).toBe(true)
          }
          if (contentType === 'html')
            expect(textOfPart(parts.text!, bytes.subarray(parts.text!.bodyStart))).toBeTypeOf('string')
        },
      ),
      { numRuns: 150 },
    )
  })
})
