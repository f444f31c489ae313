import { readDateTime } from '../../../codecs/imap/date-time.ts'
import { readFlagList } from '../../../codecs/imap/flags.ts'
import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { readHeader } from '../../../codecs/mime/header.ts'
import { parseMessage } from '../../../codecs/mime/parse.ts'
import { isMultipart, type MimePart } from '../../../codecs/mime/structure.ts'
import { refuse } from '../../../core/refusal.ts'
import type { NewMessage } from '../../../domain/mail/types.ts'
import type { ParseContext } from '../command.ts'
import { flagsOf } from '../reply/flag-text.ts'

/** RFC 4469 §3: octets from the command, or the URL of existing ones. */
export type CatenatePart = { readonly octets: Buffer } | { readonly url: string }

/** A CATENATE message before its assembly. */
export interface CatenateMessage extends Omit<NewMessage, 'bytes'> {
  readonly pieces: readonly CatenatePart[]
}

/** Reads a message of RFC 3501 §9 `append`, with its flags and its date. */
export function readMessage(reader: ImapReader, context: ParseContext): NewMessage | CatenateMessage {
  const listed = reader.peek() === '('
  const flags = flagsOf(listed ? readFlagList(reader) : [])
  if (listed) reader.space()
  const received = reader.peek() === '"' ? readDateTime(reader) : undefined
  if (received) reader.space()
  const about = received ? { flags, received } : { flags }
  if (!context.exchange && reader.skip('CATENATE ')) {
    return { pieces: reader.list(() => readPiece(reader, context)), ...about }
  }
  const sent = context.exchange ? reader.literal() : readData(reader, context)
  return { bytes: messageOf(sent, context.settings.message_octets), ...about }
}

/** Checks the size of a message, and encodes NUL octets. */
export function messageOf(sent: Buffer, most: number): Buffer {
  if (sent.length === 0) refuse('unsupported', 'A message has at least one octet')
  if (sent.length > most) refuse('too-big', 'The message is too large')
  return withoutNul(sent)
}

/** RFC 4469 §5 `cat-part`, RFC 6855 §4. */
function readPiece(reader: ImapReader, context: ParseContext): CatenatePart {
  if (reader.skip('URL ')) return { url: reader.astring() }
  if (reader.skip('TEXT ')) return { octets: reader.peek() === '~' ? reader.literal8() : reader.literal() }
  if (!reader.skip('UTF8 (')) refuse('bad-syntax', 'Expected TEXT or URL')
  return { octets: readUtf8(reader, context) }
}

function readData(reader: ImapReader, context: ParseContext): Buffer {
  if (reader.peek() === '~') return reader.literal8()
  return reader.skip('UTF8 (') ? readUtf8(reader, context) : reader.literal()
}

/** RFC 6855 §4: a message with UTF-8 in its header, which requires UTF8=ACCEPT. */
function readUtf8(reader: ImapReader, { utf8 }: ParseContext): Buffer {
  if (!utf8) refuse('bad-syntax', 'Enable UTF8=ACCEPT first')
  const octets = reader.literal8()
  reader.expect(')')
  return octets
}

/** Replaces octets of the message with other ones. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: Buffer
}

/** RFC 2045 §6.8: the longest line of base64, in octets before encoding. */
const LINE = 57
/** Maximum number of header fields that are read. */
const MOST_FIELDS = 10_000

/**
 * RFC 3516 §4.4: encodes the binary parts that contain a NUL in base64, because FETCH BODY[] could not return them.
 * Refuses `unsupported` if a NUL is anywhere else in the message.
 */
export function withoutNul(message: Buffer): Buffer {
  if (!message.includes(0)) return message
  const edits = editsOf(message, parseMessage(message).part).sort((one, other) => one.start - other.start)
  const pieces: Buffer[] = []
  let at = 0
  for (const { start, end, text } of edits) {
    pieces.push(message.subarray(at, start), text)
    at = end
  }
  const result = Buffer.concat([...pieces, message.subarray(at)])
  if (result.includes(0)) refuse('unsupported', 'NUL is not allowed outside of binary parts', { code: 'UNKNOWN-CTE' })
  return result
}

function editsOf(message: Buffer, part: MimePart): Edit[] {
  const inner = [...part.children, ...(part.message ? [part.message.part] : [])]
  const edits = inner.flatMap((each) => editsOf(message, each))
  if (part.encoding !== 'binary') return edits
  // RFC 2045 §6.4: a multipart or message is not encoded itself; after the edits it contains no binary octets.
  if (isMultipart(part) || part.message) return [...edits, ...encodingEdits(message, part, '8bit')]
  const body = message.subarray(part.bodyStart, part.end)
  if (!body.includes(0)) return edits
  const encoded = { start: part.bodyStart, end: part.end, text: inLines(body) }
  return [...edits, ...encodingEdits(message, part, 'base64'), encoded]
}

function encodingEdits(message: Buffer, { headerStart, bodyStart }: MimePart, encoding: string): Edit[] {
  const fields = readHeader(message, headerStart, bodyStart, MOST_FIELDS)
  return fields
    .filter(({ name }) => name.toLowerCase() === 'content-transfer-encoding')
    .map(({ valueStart, end }) => ({ start: valueStart, end, text: Buffer.from(` ${encoding}\r\n`) }))
}

function inLines(octets: Buffer): Buffer {
  const lines: string[] = []
  for (let at = 0; at < octets.length; at += LINE) lines.push(octets.toString('base64', at, at + LINE))
  return Buffer.from(lines.join('\r\n'))
}
