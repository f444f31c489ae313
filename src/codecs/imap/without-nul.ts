import { refuse } from '../../core/refusal.ts'
import { readHeader } from '../mime/header.ts'
import { parseMessage } from '../mime/parse.ts'
import { isMultipart, type MimePart } from '../mime/part.ts'

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
 * RFC 3516 §4.4: encodes the binary parts that contain a NUL in base64, because FETCH BODY[] could not return them. Refuses
 * `unsupported` if a NUL is anywhere else in the message.
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
