import { describe, expect, it } from 'vitest'
import { parseMessage } from '../parse.ts'
import { decodedSize } from './attachment-size.ts'
import { attachmentAt, hasAttachments, messageParts } from './message-parts.ts'
import { textOfPart } from './text-of-part.ts'

/** A tree of parts: `multipart/x [ part, part ]` as nested arrays; a leaf is its header and its body. */
type Leaf = readonly [header: string, body: string]
interface Tree {
  readonly multipart: string
  readonly of: readonly (Leaf | Tree)[]
}

let boundaries = 0
function entity(tree: Leaf | Tree): string {
  if (!('multipart' in tree)) return `${tree[0]}\r\n\r\n${tree[1]}`
  const boundary = `b${++boundaries}`
  const parts = tree.of.map((part) => `--${boundary}\r\n${entity(part)}\r\n`).join('')
  return `Content-Type: multipart/${tree.multipart}; boundary=${boundary}\r\n\r\n${parts}--${boundary}--\r\n`
}

const parsed = (tree: Leaf | Tree) => {
  const bytes = Buffer.from(entity(tree))
  const { part } = parseMessage(bytes)
  const found = messageParts(part)
  const shown = (it: typeof part | undefined) => it && bytes.toString('latin1', it.bodyStart, it.end)
  return {
    part,
    html: shown(found.html),
    text: shown(found.text),
    calendar: shown(found.calendar),
    attachments: found.attachments.map(
      (it) => `${it.path.join('.')} ${it.kind} ${it.name}${it.isInline ? ' inline' : ''}`,
    ),
  }
}

const plain = (body: string): Leaf => ['Content-Type: text/plain', body]
const html = (body: string): Leaf => ['Content-Type: text/html', body]
const pdf = (disposition: string): Leaf => [
  `Content-Type: application/pdf${disposition && `\r\nContent-Disposition: ${disposition}`}`,
  'x',
]
const png: Leaf = ['Content-Type: image/png; name=logo.png\r\nContent-ID: <logo@a>', 'x']

describe('the parts of a message', () => {
  it('has a body of two forms in multipart/alternative, with images beside the HTML', () => {
    const found = parsed({
      multipart: 'mixed',
      of: [
        { multipart: 'alternative', of: [plain('p'), { multipart: 'related', of: [html('h'), png] }] },
        pdf('attachment; filename="a b.pdf"'),
      ],
    })
    expect(found).toMatchObject({
      html: 'h',
      text: 'p',
      attachments: ['1.2.2 file logo.png inline', '2 file a b.pdf'],
    })
    expect(hasAttachments(found.part)).toBe(true)
    expect(attachmentAt(found.part, [2])?.name).toBe('a b.pdf')
    expect(attachmentAt(found.part, [1, 1])).toBeUndefined()
  })

  it('has the texts after the first as attachments, named as in Exchange', () => {
    const found = parsed({ multipart: 'mixed', of: [plain('body'), pdf(''), plain('footer')] })
    expect(found.text).toBe('body')
    expect(found.attachments).toEqual(['2 file ATT00001.pdf', '3 file ATT00002.txt'])
  })

  it('has the HTML of Apple Mail, whose alternative holds attachments', () => {
    const found = parsed({
      multipart: 'alternative',
      of: [plain('p'), { multipart: 'mixed', of: [html('h'), pdf('inline; filename=x.pdf'), html('end')] }],
    })
    expect(found).toMatchObject({ html: 'h', text: 'p' })
    expect(found.attachments).toEqual(['2.2 file x.pdf inline', '2.3 file ATT00002.htm'])
  })

  it('counts no inline image, signature or second form of the text as an attachment', () => {
    const signature: Leaf = ['Content-Type: application/pkcs7-signature', 'x']
    for (const tree of [
      { multipart: 'related', of: [html('h'), png] },
      { multipart: 'signed', of: [plain('p'), signature] },
      { multipart: 'alternative', of: [plain('p'), html('h'), ['Content-Type: text/x-amp-html', 'a'] as const] },
      plain('p'),
    ]) {
      expect(hasAttachments(parsed(tree).part)).toBe(false)
    }
  })

  it('has messages as items, whatever their disposition, and links as references', () => {
    const found = parsed({
      multipart: 'mixed',
      of: [
        plain('see'),
        ['Content-Type: message/rfc822\r\nContent-Disposition: inline', 'Subject: inner\r\n\r\ntext'],
        ['Content-Type: message/external-body; access-type=URL; URL="https://a/b"; name=b', ''],
      ],
    })
    expect(found.attachments).toEqual(['2 item ATT00001.eml', '3 reference b'])
  })

  it('finds the calendar of a meeting message, which is no attachment', () => {
    const ics: Leaf = ['Content-Type: text/calendar; method=REQUEST', 'BEGIN:VCALENDAR']
    const found = parsed({ multipart: 'alternative', of: [plain('p'), html('h'), ics] })
    expect(found).toMatchObject({ calendar: 'BEGIN:VCALENDAR', attachments: [] })
  })

  it('has a message that is only a file as a message with one attachment', () => {
    expect(parsed(pdf('')).attachments).toEqual(['1 file ATT00001.pdf'])
    expect(
      parsed(['Content-Type: text/plain\r\nContent-Disposition: attachment; filename=n.txt', 'x']).attachments,
    ).toEqual(['1 file n.txt'])
  })

  it('cuts paths and controls from names', () => {
    const found = parsed({
      multipart: 'mixed',
      of: [plain(''), pdf('attachment; filename="..\\\\..\\\\etc/pass\twd"')],
    })
    expect(found.attachments).toEqual(['2 file pass wd'])
  })
})

const read = (header: string, body: Buffer) => {
  const bytes = Buffer.concat([Buffer.from(`${header}\r\n\r\n`), body])
  const { part } = parseMessage(bytes)
  return textOfPart(part, bytes.subarray(part.bodyStart, part.end))
}

describe('the content of a part', () => {
  it('has a size close to that of the decoded octets', () => {
    for (let size = 0; size < 200; size += 7) {
      const content = Buffer.alloc(size, 'x')
        .toString('base64')
        .replaceAll(/.{76}(?=.)/g, '$&\r\n')
      const { part } = parseMessage(
        Buffer.from(`Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n${content}`),
      )
      expect(decodedSize(part) - size).toBeGreaterThanOrEqual(0)
      expect(decodedSize(part) - size).toBeLessThanOrEqual(2)
    }
  })

  it('is text in the charset of the part, or of the HTML itself', () => {
    expect(read('Content-Type: text/plain; charset=iso-8859-15', Buffer.of(0xa4))).toBe('€')
    expect(read('Content-Type: text/html', Buffer.from('<meta charset="koi8-r">\xc1', 'latin1'))).toContain('а')
    expect(read('Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable', Buffer.from('=C3=A4'))).toBe(
      'ä',
    )
  })
})
