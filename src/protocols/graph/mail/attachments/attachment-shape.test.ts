import { describe, expect, it } from 'vitest'
import { attachmentKey, attachmentOf } from '../../../../codecs/mime/parts/attachment-key.ts'
import { messageParts } from '../../../../codecs/mime/parts/message-parts.ts'
import { parseMessage } from '../../../../codecs/mime/parse.ts'
import { attachmentContent, contentBytes } from './attachment-content.ts'
import { attachmentJson, attachmentSelection } from './attachment-shape.ts'

const part = (header: string, body: string) => `--m\r\n${header}\r\n\r\n${body}\r\n`
const octets = Buffer.alloc(1_000_000, 'bytes \x00\xff', 'latin1')
const base64 = octets.toString('base64').replaceAll(/.{76}(?=.)/g, '$&\r\n')
const image = part(
  'Content-Type: image/png; name=a.png\r\nContent-ID: <logo@a>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64',
  base64,
)
const inner = part('Content-Type: message/rfc822; name="Inner"', 'Subject: inner\r\n\r\ntext')
const link = part('Content-Type: message/external-body; access-type=URL; URL="https://a/b"; name=b', '')
const message = (...parts: readonly string[]) => {
  const bytes = Buffer.from(
    `Content-Type: multipart/mixed; boundary=m\r\n\r\n${part('', 'text')}${parts.join('')}--m--\r\n`,
  )
  const root = parseMessage(bytes).part
  const attachments = messageParts(root).attachments
  const read = async ({ start, end }: { start: number; end: number }) => bytes.subarray(start, end)
  return { root, attachments, read }
}

describe('the JSON of an attachment', () => {
  it('has the properties of its type', async () => {
    const { attachments, read } = message(image, inner, link)
    const [file, item, reference] = attachments.map((attachment) => ({ id: 'A=', attachment, modified: 0 }))
    const all = attachmentSelection(undefined)
    expect(all.withContent).toBe(true)
    const json = attachmentJson({ ...file!, contentBytes: await contentBytes(file!.attachment, read) }, all)
    expect({ ...json, contentBytes: undefined }).toEqual({
      '@odata.type': '#microsoft.graph.fileAttachment',
      '@odata.mediaContentType': 'image/png',
      id: 'A=',
      lastModifiedDateTime: '1970-01-01T00:00:00Z',
      name: 'a.png',
      contentType: 'image/png',
      size: 1_000_002,
      isInline: true,
      contentId: 'logo@a',
      contentLocation: null,
      contentBytes: undefined,
    })
    expect(Buffer.from(String(json['contentBytes']), 'base64').equals(octets)).toBe(true)
    expect(attachmentJson(item!, all)).toMatchObject({
      '@odata.type': '#microsoft.graph.itemAttachment',
      name: 'Inner',
      contentType: null,
      isInline: false,
    })
    expect(attachmentJson(reference!, all)).toEqual({
      '@odata.type': '#microsoft.graph.referenceAttachment',
      id: 'A=',
      lastModifiedDateTime: '1970-01-01T00:00:00Z',
      name: 'b',
      contentType: null,
      size: 0,
      isInline: false,
    })
  })

  it('has the selected properties, those of fileAttachment with the type before them', () => {
    const [attachment] = message(image).attachments
    const selection = attachmentSelection(['id', 'Name', 'microsoft.graph.fileAttachment/contentId'])
    expect(selection.withContent).toBe(false)
    expect(attachmentJson({ id: 'A=', attachment: attachment!, modified: 0 }, selection)).toEqual({
      '@odata.type': '#microsoft.graph.fileAttachment',
      '@odata.mediaContentType': 'image/png',
      id: 'A=',
      name: 'a.png',
      contentId: 'logo@a',
    })
    expect(() => attachmentSelection(['contentId'])).toThrow(
      "Could not find a property named 'contentId' on type 'microsoft.graph.attachment'.",
    )
    expect(() => attachmentSelection(['microsoft.graph.itemAttachment/contentId'])).toThrow('itemAttachment')
  })

  it('is read in pieces', async () => {
    const { attachments, read } = message(image, inner)
    const pieces = await Array.fromAsync(attachmentContent(attachments[0]!, read))
    expect(pieces.length).toBeGreaterThan(3)
    expect(Buffer.concat(pieces).equals(octets)).toBe(true)
    expect(String(Buffer.concat(await Array.fromAsync(attachmentContent(attachments[1]!, read))))).toBe(
      'Subject: inner\r\n\r\ntext',
    )
  })
})

describe('the key of an attachment', () => {
  it('finds it when others are gone, or were added before it', () => {
    const key = attachmentKey(message(inner, image).attachments[1]!)
    expect(attachmentOf(message(inner, image).root, key)?.name).toBe('a.png')
    expect(attachmentOf(message(image).root, key)?.name).toBe('a.png')
    expect(attachmentOf(message(link, inner, image).root, key)?.name).toBe('a.png')
    expect(attachmentOf(message(inner, link).root, key)).toBeUndefined()
  })

  it('finds none if two could be meant', () => {
    const key = attachmentKey(message(image, image, image).attachments[2]!)
    expect(attachmentOf(message(image, image).root, key)).toBeUndefined()
  })
})
