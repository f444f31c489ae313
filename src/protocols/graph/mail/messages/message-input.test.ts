import { array, assert, asyncProperty, constantFrom, emailAddress, record, string, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { messageParts } from '../../../../codecs/mime/parts/message-parts.ts'
import { parseMessage } from '../../../../codecs/mime/parse.ts'
import { Refusal } from '../../../../core/refusal.ts'
import { contentBytes } from '../attachments/attachment-content.ts'
import { attachmentJson, attachmentSelection } from '../attachments/attachment-shape.ts'
import { jsonBody } from '../json-input.ts'
import { attachedMessageJson } from './attached-message.ts'
import { composeInput } from './compose-input.ts'
import { readContent } from './message-content.ts'
import { changesContent, readMessageInput } from './message-input.ts'
import { answeredProperties, messageJson } from './message-shape.ts'
import { readMimeInput } from './mime-input.ts'

let count = 0
const options = {
  mailbox: 'ada@a.example',
  now: Date.UTC(2026, 0, 2, 3, 4, 5),
  chance: (octets: number) => Buffer.alloc(octets, ++count),
}

/** The JSON of a message in these octets. */
async function shownOf(bytes: Buffer, root = parseMessage(bytes).part) {
  const read = async ({ start, end }: { start: number; end: number }) => bytes.subarray(start, end)
  const content = await readContent({ structure: root, read }, { header: true, body: true, preview: true })
  const attachments = await Promise.all(
    content.parts.attachments.map(async (attachment) =>
      attachmentJson(
        { id: '', attachment, modified: 0, contentBytes: await contentBytes(attachment, read) },
        attachmentSelection(undefined),
      ),
    ),
  )
  return { json: attachedMessageJson(content, 0), fields: content.header!.fields, attachments, content, read }
}

const roundTrip = async (message: object) => shownOf(await composeInput(readMessageInput(message), options))

const code = (work: () => unknown): string | undefined => {
  try {
    work()
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return thrown.detail['graph'] ?? thrown.reason
  }
}

const recipient = (address: string, name = address) => ({ emailAddress: { name, address } })

const attach = (attachment: object) => ({ attachments: [attachment] })
const file = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'a', contentBytes: 'AA==' }
const item = (value: object) => attach({ '@odata.type': '#microsoft.graph.itemAttachment', name: 'a', item: value })

describe('a message in JSON', () => {
  it('becomes MIME that shows the same', async () => {
    const message = {
      subject: 'Grüße, "quoted"',
      importance: 'High',
      body: { contentType: 'HTML', content: '<p>Hello <b>you</b></p>' },
      from: recipient('ada@a.example', 'Ada, Countess'),
      toRecipients: [recipient('b@a.example', 'Bób'), { emailAddress: { address: 'c@a.example' } }],
      ccRecipients: [recipient('d@a.example')],
      bccRecipients: [recipient('e@a.example')],
      replyTo: [recipient('desk@a.example', 'Desk')],
      internetMessageId: '<own@a.example>',
      isReadReceiptRequested: true,
      isDeliveryReceiptRequested: true,
      internetMessageHeaders: [{ name: 'x-Ticket', value: 'Größe 1' }],
    }
    const { json, fields } = await roundTrip(message)
    const { internetMessageHeaders, body, ...same } = message
    expect(json).toMatchObject({
      ...same,
      importance: 'high',
      sentDateTime: '2026-01-02T03:04:05Z',
      toRecipients: [recipient('b@a.example', 'Bób'), recipient('c@a.example')],
    })
    expect(json['body']).toEqual({
      contentType: 'html',
      content: expect.stringContaining(`<body>\r\n${body.content}\r\n</body>`),
    })
    expect(fields).toContainEqual(internetMessageHeaders[0])
  })

  it('becomes MIME with files, messages and links', async () => {
    const { attachments, content, read } = await roundTrip({
      body: { contentType: 'html', content: '<img src="cid:logo">' },
      attachments: [
        {
          '@odata.type': '#microsoft.graph.fileAttachment',
          name: 'logo.png',
          contentType: 'image/png',
          contentBytes: 'AAEC',
          isInline: true,
          contentId: 'logo',
        },
        {
          '@odata.type': 'microsoft.graph.fileAttachment',
          name: 'ä.txt',
          contentType: 'text/plain; charset=x',
          contentBytes: 'aGk=',
        },
        {
          '@odata.type': '#Microsoft.Graph.FileAttachment',
          name: 'a.eml',
          contentType: 'message/rfc822',
          contentBytes: '',
        },
        {
          '@odata.type': '#microsoft.graph.itemAttachment',
          name: 'Inner',
          item: {
            '@odata.type': '#microsoft.graph.message',
            subject: 'inner',
            toRecipients: [recipient('z@a.example')],
            body: { contentType: 'text', content: 'deep' },
          },
        },
        {
          '@odata.type': '#microsoft.graph.referenceAttachment',
          name: 'link',
          sourceUrl: 'https://a.example/x?y=1',
          isFolder: false,
        },
      ],
    })
    expect(
      attachments.map((it) => [it['@odata.type'], it['name'], it['contentType'], it['isInline'], it['contentId']]),
    ).toEqual([
      ['#microsoft.graph.fileAttachment', 'logo.png', 'image/png', true, 'logo'],
      ['#microsoft.graph.fileAttachment', 'ä.txt', 'text/plain', false, null],
      ['#microsoft.graph.fileAttachment', 'a.eml', 'application/octet-stream', false, null],
      ['#microsoft.graph.itemAttachment', 'Inner', null, false, undefined],
      ['#microsoft.graph.referenceAttachment', 'link', null, false, undefined],
    ])
    expect(attachments.slice(0, 3).map((it) => it['contentBytes'])).toEqual(['AAEC', 'aGk=', ''])
    const inner = content.parts.attachments[3]!.part.message!.part
    const nested = await readContent({ structure: inner, read }, { header: true, body: true, preview: true })
    expect(attachedMessageJson(nested, 0)).toMatchObject({
      subject: 'inner',
      toRecipients: [recipient('z@a.example')],
      body: { contentType: 'text', content: 'deep' },
    })
  })

  it('can be sent back as it was shown: what is read-only is ignored', async () => {
    const { content } = await shownOf(Buffer.from('Subject: Hi\r\nFrom: a@a.example\r\n\r\nHello'))
    const shown = messageJson(
      {
        ids: { id: 'A=', changeKey: 'C', parentFolderId: 'F=', conversationId: 'V=', webLink: '' },
        state: {
          isRead: true,
          isDraft: false,
          flagStatus: 'notFlagged',
          importance: 'normal',
          categories: ['Red'],
          received: { at: 0, zone: 0 },
          createdAt: 0,
          modifiedAt: 0,
          hasAttachments: false,
          threadId: undefined,
        },
        content,
      },
      answeredProperties(undefined, false),
      true,
    )
    const input = readMessageInput(JSON.parse(JSON.stringify(shown)))
    expect(input).toMatchObject({
      subject: 'Hi',
      categories: ['Red'],
      isRead: true,
      flag: { flagStatus: 'notFlagged' },
    })
  })

  it('clears with null, and tells content from state', () => {
    const input = readMessageInput({
      subject: null,
      body: null,
      from: null,
      toRecipients: null,
      categories: null,
      flag: null,
    })
    expect(input).toMatchObject({
      subject: '',
      body: { contentType: 'text', content: '' },
      from: null,
      toRecipients: [],
      categories: [],
      flag: { flagStatus: 'notFlagged' },
    })
    expect(
      changesContent(readMessageInput({ isRead: true, categories: [], flag: {}, inferenceClassification: 'other' })),
    ).toBe(false)
    expect(changesContent(readMessageInput({ subject: 'x' }))).toBe(true)
  })

  it('reads extended properties and the dates of a flag', () => {
    const input = readMessageInput({
      flag: {
        flagStatus: 'Flagged',
        dueDateTime: { dateTime: '2026-01-05T00:00:00.0000000', timeZone: 'UTC' },
        startDateTime: null,
      },
      singleValueExtendedProperties: [
        { id: 'INTEGER 0x0E07', value: '1' },
        { id: 'String 0x8001', value: null },
      ],
      multiValueExtendedProperties: [{ id: 'StringArray 0x9001', value: ['a', 'b'] }],
    })
    expect(input.flag).toEqual({
      flagStatus: 'flagged',
      dueDateTime: { dateTime: '2026-01-05T00:00:00.0000000', timeZone: 'UTC' },
      startDateTime: null,
    })
    expect(input.singleValues?.map(([{ text }, value]) => [text, value])).toEqual([
      ['Integer 0xe07', '1'],
      ['String 0x8001', undefined],
    ])
    expect(input.multiValues?.map(([{ text }, values]) => [text, values])).toEqual([['StringArray 0x9001', ['a', 'b']]])
  })

  it.each<[string, unknown, string]>([
    ['an unknown property', { isJunk: true }, 'RequestBodyRead'],
    ['a property in another letter case', { Subject: 'x' }, 'RequestBodyRead'],
    ['a subject that is a number', { subject: 1 }, 'RequestBodyRead'],
    ['no object', [], 'RequestBodyRead'],
    ['recipients that are no list', { toRecipients: recipient('a@a.example') }, 'RequestBodyRead'],
    ['a recipient without an address', { toRecipients: [{ emailAddress: { name: 'x' } }] }, 'ErrorInvalidRecipients'],
    [
      'an address with a line break',
      { toRecipients: [recipient('a@a.example\r\nBcc: b@b.example')] },
      'ErrorInvalidRecipients',
    ],
    ['two addresses in one', { ccRecipients: [recipient('a@a.example,b@b.example')] }, 'ErrorInvalidRecipients'],
    ['an address in brackets', { from: recipient('x <a@a.example>') }, 'ErrorInvalidRecipients'],
    ['an unknown importance', { importance: 'urgent' }, 'RequestBodyRead'],
    ['an unknown body type', { body: { contentType: 'rtf', content: '' } }, 'RequestBodyRead'],
    ['a Message-ID with a line break', { internetMessageId: '<a@b>\r\nX: y' }, 'RequestBodyRead'],
    [
      'a field without x-',
      { internetMessageHeaders: [{ name: 'Received', value: 'x' }] },
      'InvalidInternetMessageHeader',
    ],
    [
      'a field name with a colon',
      { internetMessageHeaders: [{ name: 'x-a: b\r\nTo', value: 'x' }] },
      'InvalidInternetMessageHeader',
    ],
    [
      'a field value with a line break',
      { internetMessageHeaders: [{ name: 'x-a', value: 'b\r\nTo: c' }] },
      'RequestBodyRead',
    ],
    ['a malformed date', { flag: { dueDateTime: { dateTime: 'soon', timeZone: 'UTC' } } }, 'RequestBodyRead'],
    ['an attachment without a type', attach({ name: 'a' }), 'RequestBodyRead'],
    ['an attachment without a name', attach({ ...file, name: ' ' }), 'RequestBodyRead'],
    ['malformed base64', attach({ ...file, contentBytes: '!!' }), 'RequestBodyRead'],
    ['a Content-ID with a blank', attach({ ...file, contentId: 'a b' }), 'RequestBodyRead'],
    ['an event as an item', item({ '@odata.type': '#microsoft.graph.event' }), 'ErrorInvalidRequest'],
    ['items nested too deeply', item(item(item(item(item(item({})))))), 'ErrorInvalidRequest'],
    [
      'a link that is no URL',
      attach({ '@odata.type': '#microsoft.graph.referenceAttachment', name: 'a', sourceUrl: 'javascript:x' }),
      'RequestBodyRead',
    ],
    ['a malformed property id', { singleValueExtendedProperties: [{ id: 'x', value: '' }] }, 'ErrorInvalidProperty'],
    [
      'more recipients than any message has',
      { toRecipients: Array.from({ length: 5001 }, () => recipient('a@a.example')) },
      'RequestBodyRead',
    ],
  ])('refuses %s', (_, message, expected) => {
    expect(code(() => readMessageInput(message))).toBe(expected)
  })

  it('shows what was written, for any texts and files', async () => {
    const text = string({ unit: 'grapheme', maxLength: 200 }).map((it) => it.toWellFormed().replaceAll(/\p{Cc}/gu, ''))
    const line = text.map((it) => it.replaceAll('=?', '').replaceAll(/\s+/g, ' ').trim())
    const to = record({ emailAddress: record({ name: line, address: emailAddress() }) })
    const named = record({
      name: line.map((it) => it.replaceAll(/[/\\]/g, '').trim() || 'x'),
      octets: uint8Array({ maxLength: 3000 }),
    })
    await assert(
      asyncProperty(
        record({
          subject: line,
          importance: constantFrom('low', 'normal', 'high'),
          toRecipients: array(to, { maxLength: 5 }),
        }),
        array(text, { maxLength: 10 }).map((lines) => lines.join('\r\n')),
        array(named, { maxLength: 3 }),
        async (message, content, files) => {
          const { json, attachments } = await roundTrip({
            ...message,
            body: { contentType: 'text', content },
            attachments: files.map(({ name, octets }) => ({
              ...file,
              name,
              contentBytes: Buffer.from(octets).toString('base64'),
            })),
          })
          const toRecipients = message.toRecipients.map(({ emailAddress: { name, address } }) =>
            recipient(address, name || address),
          )
          expect(json).toMatchObject({ ...message, toRecipients, body: { contentType: 'text', content } })
          expect(attachments.map((it) => [it['name'], it['contentBytes']])).toEqual(
            files.map(({ name, octets }) => [name, Buffer.from(octets).toString('base64')]),
          )
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('the body of a request', () => {
  it('is one JSON object, not nested too deeply', () => {
    expect(jsonBody(Buffer.from('{"a":1}'))).toEqual({ a: 1 })
    expect(jsonBody(Buffer.alloc(0), true)).toEqual({})
    for (const bad of ['', '{"a":', '[]', '1', '{"a":'.repeat(50) + '1' + '}'.repeat(50), '\xff']) {
      expect(code(() => jsonBody(Buffer.from(bad, 'latin1')))).toBe('BadRequest')
    }
  })

  it('is MIME in base64, in one line or wrapped', () => {
    const mime = Buffer.from('Subject: Hi\r\n\r\nHello')
    const base64 = mime.toString('base64')
    for (const body of [base64, base64.replaceAll(/.{10}/g, '$&\r\n'), `${base64}\n`, base64.replace(/=+$/, '')]) {
      expect(readMimeInput(Buffer.from(body)).bytes.equals(mime)).toBe(true)
    }
    expect(messageParts(readMimeInput(Buffer.from(base64)).message.part).text).toBeDefined()
    for (const bad of ['', 'Subject: Hi\r\n\r\nHello', '====', 'AAAAA', 'AA=A', 'AA-_']) {
      expect(code(() => readMimeInput(Buffer.from(bad)))).toBe('ErrorMimeContentInvalidBase64String')
    }
  })
})
