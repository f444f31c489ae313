import { startDecoding } from '../charset/decode.ts'
import { parseAddresses } from './address.ts'
import { asBuffer, fieldText, type HeaderField, readHeader } from './header.ts'
import { VisibleText } from './html.ts'
import { parameter } from './parameter.ts'
import { type MimePart, isMultipart } from './structure.ts'
import { startTransfer } from './transfer.ts'
import { decodeWords } from './words.ts'

/** A piece of a message's decoded text. */
export interface TextPiece {
  /** `header`: the message header and the MIME headers of its parts. A message inside is all body. */
  readonly in: 'header' | 'body'
  readonly text: string
  /** Whether the text continues the previous piece. */
  readonly continues: boolean
}

/** Encoded octets decoded at a time. */
const DECODED_AT_A_TIME = 256 * 1024
/** Maximum number of fields read from a header. */
const MOST_FIELDS = 10_000

/**
 * All decoded text of a message (encoded words, transfer encodings, charsets), with all bodies of type text. HTML comes
 * twice, as source and as visible text, so that a search finds both an address in a link and a phrase across tags.
 */
export function* searchTexts(bytes: Uint8Array, root: MimePart): Generator<TextPiece, void> {
  yield* partTexts(asBuffer(bytes), root, 'header')
}

/** A field's value as one line of text, with decoded encoded words. */
export const decodedField = (bytes: Uint8Array, field: HeaderField): string =>
  decodeWords(fieldText(bytes, field)).replaceAll('\t', ' ')

const addressFields = new Set(['from', 'sender', 'reply-to', 'to', 'cc', 'bcc'])

/**
 * A field's value for SEARCH: its decoded text and, for an address field, each address that comments, blanks or quotes
 * split in that text. RFC 3501 §6.4.4: FROM, TO, CC and BCC search the envelope's addresses.
 * `name` is in lower case.
 */
export function searchableTexts(bytes: Uint8Array, field: HeaderField, name: string): readonly string[] {
  const text = decodedField(bytes, field)
  // Only comments, quotes and blanks around dots or @ can split an address.
  if (!addressFields.has(name) || !/\(|"|[.@]\s|\s[.@]/.test(text)) return [text]
  const mailboxes = parseAddresses(fieldText(bytes, field)).flatMap((it) => (it.kind === 'group' ? it.members : [it]))
  const addresses = mailboxes
    .filter(({ local, domain }) => local !== undefined && domain !== undefined)
    .map(({ local, domain }) => decodeWords(`${local}@${domain}`))
  return [text, ...addresses.filter((address) => !text.includes(address))]
}

function* partTexts(bytes: Buffer, part: MimePart, header: TextPiece['in']): Generator<TextPiece, void> {
  for (const text of headerTexts(bytes, part)) yield { in: header, text, continues: false }
  if (part.message) yield* partTexts(bytes, part.message.part, 'body')
  else if (isMultipart(part)) for (const child of part.children) yield* partTexts(bytes, child, header)
  else if (part.type === 'text') yield* bodyTexts(bytes, part)
}

/** The decoded lines of a header; several texts if they are long. */
function* headerTexts(bytes: Buffer, part: MimePart): Generator<string, void> {
  let text = ''
  for (const line of headerLines(bytes, part)) {
    text += text === '' ? line : `\r\n${line}`
    if (text.length < DECODED_AT_A_TIME) continue
    yield text
    text = ''
  }
  if (text !== '') yield text
}

function* headerLines(bytes: Buffer, part: MimePart): Generator<string, void> {
  const fields = readHeader(bytes, part.headerStart, part.bodyStart, MOST_FIELDS)
  for (const field of fields) yield `${field.name}: ${decodedField(bytes, field)}`
  // RFC 2231 encodes a file name, which is not readable in the header.
  const names = [parameter(part.disposition?.params ?? [], 'filename'), parameter(part.params, 'name')]
  for (const name of names) if (name !== undefined) yield name
}

function* bodyTexts(bytes: Buffer, part: MimePart): Generator<TextPiece, void> {
  const isHtml = part.subtype === 'html'
  // Most bodies are short enough to be decoded once for both.
  const kept = isHtml && part.end - part.bodyStart <= DECODED_AT_A_TIME ? [...decodedBody(bytes, part)] : undefined
  yield* inOneText(kept ?? decodedBody(bytes, part))
  if (isHtml) yield* inOneText(visible(kept ?? decodedBody(bytes, part)))
}

function* inOneText(texts: Iterable<string>): Generator<TextPiece, void> {
  let continues = false
  for (const text of texts) {
    if (text === '') continue
    yield { in: 'body', text, continues }
    continues = true
  }
}

function* visible(pieces: Iterable<string>): Generator<string, void> {
  const reading = new VisibleText()
  for (const piece of pieces) yield reading.write(piece)
  yield reading.end()
}

/** A body as text, cut at line ends if possible, so that no combining mark is separated from its letter. */
function* decodedBody(bytes: Buffer, part: MimePart): Generator<string, void> {
  const transfer = startTransfer(part.encoding) ?? startTransfer('binary')!
  const charset = startDecoding(parameter(part.params, 'charset'))
  let rest = ''
  for (let at = part.bodyStart; at < part.end; at += DECODED_AT_A_TIME) {
    const octets = transfer.write(bytes.subarray(at, Math.min(at + DECODED_AT_A_TIME, part.end)))
    const text = rest + charset.write(octets)
    const cut = cutAfterLine(text)
    rest = text.slice(cut)
    yield text.slice(0, cut)
  }
  yield rest + charset.write(transfer.end()) + charset.end()
}

/** The position after the last line break; without one, after the last complete character. */
function cutAfterLine(text: string): number {
  const cut = text.lastIndexOf('\n') + 1
  if (text.length - cut < DECODED_AT_A_TIME) return cut
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last < 0xdc00 ? text.length - 1 : text.length
}
