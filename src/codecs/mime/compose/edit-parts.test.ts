import { assert, asyncProperty, constantFrom, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMessage } from '../parse.ts'
import { messageParts } from '../parts/message-parts.ts'
import { decodeTransfer } from '../transfer.ts'
import { attachmentPart, fileHeader, type NewFile } from './attachment-part.ts'
import { Base64Lines, encodedLength } from './base64-lines.ts'
import { type EditedMessage, type MessagePiece, octetsOfPieces, placeForPart, withoutPart } from './edit-parts.ts'

let count = 0
const chance = (octets: number) => Buffer.alloc(octets, ++count)

const file = (name: string, more: Partial<NewFile> = {}): NewFile => ({
  name,
  contentType: 'image/png',
  isInline: false,
  contentId: undefined,
  contentLocation: undefined,
  ...more,
})

const edited = (bytes: Buffer): EditedMessage => ({
  root: parseMessage(bytes).part,
  octets: bytes.length,
  read: async (start, end) => bytes.subarray(start, end),
})

const joined = (bytes: Buffer, pieces: readonly MessagePiece[]) =>
  Buffer.concat(pieces.map((piece) => (Buffer.isBuffer(piece) ? piece : bytes.subarray(piece.start, piece.end))))

async function added(bytes: Buffer, content: Uint8Array, of: NewFile): Promise<Buffer> {
  const shown = of.isInline && of.contentId !== undefined
  const { before, after } = await placeForPart(edited(bytes), shown, `new${++count}`)
  const lines = new Base64Lines()
  return joined(bytes, [...before, await fileHeader(of, chance), lines.write(content), lines.end(), ...after])
}

const messages = {
  plain: 'Subject: s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n',
  html: 'Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\nX-A: 1\r\n\r\n<p>x</p>',
  bare: 'Subject: s\n\nHello',
  'no header': '\r\nHello',
  'only a header': 'Subject: s',
  empty: '',
  alternative:
    'Subject: s\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n\r\nx\r\n--a\r\nContent-Type: text/html\r\n\r\n<p>x\r\n--a--\r\n',
  mixed: 'Subject: s\r\nContent-Type: multipart/mixed; boundary="a b"\r\n\r\n--a b\r\n\r\nx\r\n--a b--\r\nepilogue',
  'not closed': 'Subject: s\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nx',
  'without parts': 'Subject: s\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n',
  file: 'Subject: s\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\npdf',
} as const

const bodyOf = (bytes: Buffer) => {
  const { html, text } = messageParts(parseMessage(bytes).part)
  const shown = (part: typeof html) => (part && bytes.toString('latin1', part.bodyStart, part.end)) || undefined
  return [shown(html), shown(text)]
}

const contents = (bytes: Buffer) =>
  messageParts(parseMessage(bytes).part).attachments.map(({ name, isInline, part }) => [
    name,
    isInline,
    decodeTransfer(bytes.subarray(part.bodyStart, part.end), part.encoding)?.toString('latin1'),
  ])

describe('a part of a message', () => {
  it.each(Object.entries(messages))('is added to and removed from a message that is: %s', async (_, text) => {
    const before = Buffer.from(text)
    const one = await added(before, Buffer.from('one'), file('ä.png'))
    const two = await added(one, Buffer.alloc(200, 'two'), file('b.png', { isInline: true, contentId: 'b@a' }))
    expect(bodyOf(two)).toEqual(bodyOf(before))
    const own = contents(before)
    expect(contents(one)).toEqual([...own, ['ä.png', false, 'one']])
    expect(contents(two)).toHaveLength(own.length + 2)
    expect(contents(two)).toContainEqual(['b.png', true, Buffer.alloc(200, 'two').toString()])
    expect(parseMessage(two).envelope.subject).toBe(parseMessage(before).envelope.subject)
    let left = two
    for (const { part } of messageParts(parseMessage(two).part).attachments) {
      const { root } = edited(left)
      const [first] = messageParts(root).attachments
      expect(first).toBeDefined()
      const pieces = await withoutPart(edited(left), first!.part)
      expect(octetsOfPieces(pieces)).toBe(joined(left, pieces).length)
      left = joined(left, pieces)
      expect(part).toBeDefined()
    }
    expect(contents(left)).toEqual([])
    expect(bodyOf(left).filter(Boolean)).toEqual(bodyOf(before).filter(Boolean))
  })

  it('stands beside the HTML that shows it', async () => {
    const shape = (part: ReturnType<typeof parseMessage>['part']): unknown =>
      part.children.length > 0 ? [part.subtype, ...part.children.map(shape)] : part.subtype
    const image = file('i.png', { isInline: true, contentId: 'i@a' })
    let bytes = await added(Buffer.from(messages.alternative), Buffer.from('i'), image)
    bytes = await added(bytes, Buffer.from('j'), { ...image, contentId: 'j@a' })
    bytes = await added(bytes, Buffer.from('k'), file('k.png'))
    expect(shape(parseMessage(bytes).part)).toEqual([
      'mixed',
      ['alternative', 'plain', ['related', 'html', 'png', 'png']],
      'png',
    ])
  })

  it('can be a message or a reference', async () => {
    const item = await attachmentPart(
      { kind: 'item', name: 'Inner', content: Buffer.from('Subject: inner\r\n\r\nx') },
      chance,
    )
    const link = await attachmentPart({ kind: 'reference', name: 'l', url: 'https://a.example/x' }, chance)
    const bytes = Buffer.from(messages.plain)
    const { before, after } = await placeForPart(edited(bytes), false, 'b')
    const { attachments } = messageParts(
      parseMessage(joined(bytes, [...before, item, Buffer.from('\r\n--b\r\n'), link, ...after])).part,
    )
    expect(attachments.map(({ kind, name }) => [kind, name])).toEqual([
      ['item', 'Inner'],
      ['reference', 'l'],
    ])
  })

  it('is encoded as base64 piece by piece, with a length that is known before', async () => {
    await assert(
      asyncProperty(uint8Array({ maxLength: 1000 }), constantFrom(1, 56, 57, 58, 1000), async (octets, step) => {
        const lines = new Base64Lines()
        const pieces: Buffer[] = []
        for (let at = 0; at < octets.length; at += step) pieces.push(lines.write(octets.subarray(at, at + step)))
        const text = Buffer.concat([...pieces, lines.end()]).toString()
        expect(Buffer.from(text, 'base64').equals(octets)).toBe(true)
        expect(text).toHaveLength(encodedLength(octets.length))
        expect(text.split('\r\n').every((line) => line.length <= 76)).toBe(true)
      }),
    )
  })
})
