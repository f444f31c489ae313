import { describe, expect, it } from 'vitest'
import { parseMessage } from '../../../../codecs/mime/parse.ts'
import { attachedMessageJson } from './attached-message.ts'
import { readContent } from './message-content.ts'
import { answeredProperties, messageJson, type ShownMessage } from './message-shape.ts'

const everything = { header: true, body: true, preview: true }

const contentOf = (text: string) => {
  const bytes = Buffer.from(text)
  return readContent(
    { structure: parseMessage(bytes).part, read: async ({ start, end }) => bytes.subarray(start, end) },
    everything,
  )
}

const shown = async (text: string): Promise<ShownMessage> => ({
  ids: {
    id: 'AAMk1=',
    changeKey: 'CQAA',
    parentFolderId: 'AAMkF=',
    conversationId: 'AAQk1=',
    webLink: 'https://a/owa',
  },
  state: {
    isRead: false,
    isDraft: false,
    flagStatus: 'flagged',
    importance: 'high',
    categories: ['Red'],
    received: { at: Date.UTC(2026, 0, 2, 3, 4, 5, 678), zone: 0 },
    createdAt: Date.UTC(2026, 0, 2, 3, 4, 6),
    modifiedAt: Date.UTC(2026, 0, 3),
    hasAttachments: false,
    threadId: 't1',
  },
  content: await contentOf(text),
  flag: { dueDateTime: { dateTime: '2026-01-05T00:00:00.0000000', timeZone: 'UTC' } },
})

const text = 'From: Ada <ada@a.example>\r\nTo: b@a.example\r\nSubject: Hi\r\nMessage-ID: <1@a>\r\nX-A: 1\r\n\r\nHello'

describe('the JSON of a message', () => {
  it('has the default properties in the order of Graph', async () => {
    const json = messageJson(await shown(text), answeredProperties(undefined, false))
    expect(Object.keys(json)).toEqual(
      (
        '@odata.etag id createdDateTime lastModifiedDateTime changeKey categories receivedDateTime sentDateTime ' +
        'hasAttachments internetMessageId subject bodyPreview importance parentFolderId conversationId conversationIndex ' +
        'isDeliveryReceiptRequested isReadReceiptRequested isRead isDraft webLink inferenceClassification body sender from ' +
        'toRecipients ccRecipients bccRecipients replyTo flag'
      ).split(' '),
    )
    expect(json).toMatchObject({
      '@odata.etag': 'W/"CQAA"',
      receivedDateTime: '2026-01-02T03:04:05Z',
      sentDateTime: '2026-01-02T03:04:05Z',
      subject: 'Hi',
      bodyPreview: 'Hello',
      isDeliveryReceiptRequested: null,
      isReadReceiptRequested: false,
      inferenceClassification: 'focused',
      body: { contentType: 'text', content: 'Hello' },
      from: { emailAddress: { name: 'Ada', address: 'ada@a.example' } },
      ccRecipients: [],
      flag: { flagStatus: 'flagged', dueDateTime: { timeZone: 'UTC' } },
    })
    expect(Buffer.from(String(json['conversationIndex']), 'base64')).toHaveLength(22)
  })

  it('has the selected properties in any letter case, and the identifiers', async () => {
    const answered = answeredProperties(['Subject', 'internetMessageHeaders', 'attachments', 'uniqueBody'], false)
    expect(messageJson(await shown(text), answered)).toEqual({
      '@odata.etag': 'W/"CQAA"',
      id: 'AAMk1=',
      subject: 'Hi',
      uniqueBody: { contentType: 'text', content: 'Hello' },
      internetMessageHeaders: [
        { name: 'From', value: 'Ada <ada@a.example>' },
        { name: 'To', value: 'b@a.example' },
        { name: 'Subject', value: 'Hi' },
        { name: 'Message-ID', value: '<1@a>' },
        { name: 'X-A', value: '1' },
      ],
    })
  })

  it('has no body with Mail.ReadBasic, even if it is selected', async () => {
    const basic = messageJson(await shown(text), answeredProperties(undefined, true))
    expect(Object.keys(basic).filter((name) => /body/i.test(name))).toEqual([])
    expect([...answeredProperties(['body', 'bodyPreview', 'uniqueBody', 'subject'], true)]).toEqual(['id', 'subject'])
  })

  it('refuses an unknown property in the words of Graph', () => {
    expect(() => answeredProperties(['isJunk'], false)).toThrow(
      "Could not find a property named 'isJunk' on type 'microsoft.graph.message'.",
    )
    expect(() => answeredProperties(['constructor'], false)).toThrow('constructor')
  })

  it('names its type if it is a meeting message, or in a delta answer', async () => {
    const meeting = await shown('Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR')
    const json = messageJson(meeting, answeredProperties(undefined, false))
    expect(Object.keys(json)[0]).toBe('@odata.type')
    expect(json).toMatchObject({
      '@odata.type': '#microsoft.graph.eventMessageRequest',
      meetingMessageType: 'meetingRequest',
    })
    expect(messageJson(await shown(text), new Set(['id']), true)['@odata.type']).toBe('#microsoft.graph.message')
  })

  it('has no place in a folder inside another message', async () => {
    const json = attachedMessageJson(await contentOf(`Importance: high\r\n${text}`), 0)
    expect(json).toMatchObject({ '@odata.type': '#microsoft.graph.message', id: '', subject: 'Hi', importance: 'high' })
    expect(json).not.toHaveProperty('parentFolderId')
    expect(json).not.toHaveProperty('@odata.etag')
  })
})
