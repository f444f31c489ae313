import { readHeader, trimBlanksEnd } from '../header.ts'
import { rawParameter } from '../parameter.ts'
import { messageParts } from '../parts/message-parts.ts'
import { isMultipart, type MimePart } from '../structure.ts'

/** Octets of the stored message, up to but not including `end`, or new ones. */
export type MessagePiece = { readonly start: number; readonly end: number } | Buffer

/** A stored message whose parts change. */
export interface EditedMessage {
  readonly root: MimePart
  /** Its length in octets. */
  readonly octets: number
  readonly read: (start: number, end: number) => Promise<Buffer>
}

/** A message with a place for a new part: what comes before it, and what comes after it. */
export interface PartPlace {
  readonly before: readonly MessagePiece[]
  readonly after: readonly MessagePiece[]
}

const MOST_FIELDS = 10_000
const CRLF = '\r\n'

/**
 * Where a new part goes: beside the HTML if the HTML shows it, else at the end of the message. A multipart is added
 * around what is there if it needs one. All other octets stay as they are.
 */
export async function placeForPart(message: EditedMessage, shown: boolean, boundary: string): Promise<PartPlace> {
  const { root } = message
  const { html } = messageParts(root)
  if (shown && html) {
    const parent = parentOf(root, html)
    if (parent?.subtype === 'related') return endOf(message, parent)
    return around(message, html, 'related', boundary)
  }
  return isMultipart(root) && root.subtype === 'mixed' ? endOf(message, root) : around(message, root, 'mixed', boundary)
}

/** RFC 2046 §5.1.1: after the last part of a multipart. One that is not closed is closed. */
function endOf({ octets }: EditedMessage, multipart: MimePart): PartPlace {
  const boundary = trimBlanksEnd(rawParameter(multipart.params, 'boundary')?.octets ?? '')
  const { end } = multipart.children.at(-1)!
  return {
    before: [{ start: 0, end }, latin1(`${CRLF}--${boundary}${CRLF}`)],
    after: [...(end === multipart.end ? [latin1(`${CRLF}--${boundary}--${CRLF}`)] : []), { start: end, end: octets }],
  }
}

async function around(
  { root, octets, read }: EditedMessage,
  part: MimePart,
  subtype: string,
  boundary: string,
): Promise<PartPlace> {
  const { outer, inner } = split(await read(part.headerStart, part.bodyStart), part === root)
  const type = `Content-Type: multipart/${subtype}; boundary="${boundary}"${CRLF}${CRLF}--${boundary}${CRLF}`
  return {
    before: [
      { start: 0, end: part.headerStart },
      outer,
      latin1(`${part === root ? `MIME-Version: 1.0${CRLF}` : ''}${type}`),
      inner,
      latin1(CRLF),
      { start: part.bodyStart, end: part.end },
      latin1(`${CRLF}--${boundary}${CRLF}`),
    ],
    after: [latin1(`${CRLF}--${boundary}--${part === root ? CRLF : ''}`), { start: part.end, end: octets }],
  }
}

/** The message without one of its parts. All other octets stay as they are. */
export async function withoutPart(
  { root, octets, read }: EditedMessage,
  part: MimePart,
): Promise<readonly MessagePiece[]> {
  const siblings = parentOf(root, part)?.children ?? []
  const at = siblings.indexOf(part)
  const before = siblings[at - 1]
  const after = siblings[at + 1]
  if (after) {
    return [
      { start: 0, end: part.headerStart },
      { start: after.headerStart, end: octets },
    ]
  }
  if (before) {
    return [
      { start: 0, end: before.end },
      { start: part.end, end: octets },
    ]
  }
  // A multipart has at least one part, and a message has a body.
  const outer = part === root ? split(await read(0, part.bodyStart), true).outer : Buffer.alloc(0)
  const version = part === root ? `MIME-Version: 1.0${CRLF}` : ''
  return [
    { start: 0, end: part.headerStart },
    outer,
    latin1(`${version}Content-Type: text/plain${CRLF}${CRLF}`),
    { start: part.end, end: octets },
  ]
}

/** The octets that pieces have together. */
export const octetsOfPieces = (pieces: readonly MessagePiece[]): number =>
  pieces.reduce((sum, piece) => sum + (Buffer.isBuffer(piece) ? piece.length : piece.end - piece.start), 0)

function parentOf(root: MimePart, part: MimePart): MimePart | undefined {
  if (root.children.includes(part)) return root
  for (const child of root.children) {
    const found = parentOf(child, part)
    if (found) return found
  }
  return undefined
}

/** The fields that describe the content go with the content; the others stay with the message. */
function split(header: Buffer, isMessage: boolean): { readonly outer: Buffer; readonly inner: Buffer } {
  const text = header.toString('latin1').replace(/(^|\n)\r?\n$/, '$1')
  const octets = latin1(text === '' || text.endsWith('\n') ? text : `${text}${CRLF}`)
  if (!isMessage) return { outer: latin1(''), inner: octets }
  const outer: Buffer[] = []
  const inner: Buffer[] = []
  let copied = 0
  for (const { name, start, end } of readHeader(octets, 0, octets.length, MOST_FIELDS)) {
    if (!/^(?:content-|mime-version$)/i.test(name)) continue
    outer.push(octets.subarray(copied, start))
    if (/^content-/i.test(name)) inner.push(octets.subarray(start, end))
    copied = end
  }
  return { outer: Buffer.concat([...outer, octets.subarray(copied)]), inner: Buffer.concat(inner) }
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')
