import { fieldText, type HeaderField, readHeader } from '../../codecs/mime/header.ts'
import { decodedField } from '../../codecs/mime/text.ts'
import { refuse } from '../../core/refusal.ts'
import { authorFields, type Authors, readAuthors } from './authors.ts'

/** A message as it was submitted, and what its header says that matters on the way. */
export interface SubmittedMessage extends Authors {
  readonly bytes: Buffer
  readonly fields: readonly HeaderField[]
  /** Where the header ends: before the blank line, or at the end of the message. */
  readonly headerEnd: number
  readonly messageId: string | undefined
  /** Decoded. */
  readonly subject: string
}

/** The longest header that submission accepts. */
const LONGEST_HEADER = 1024 * 1024
const MOST_FIELDS = 10_000

const LF = 0x0a
const CR = 0x0d
const TAB = 0x09
const SPACE = 0x20
const COLON = 0x3a

/** Refuses `bad-syntax` for a header that is too long to be read whole, and for one that not everybody reads alike. */
export function readSubmittedMessage(bytes: Buffer): SubmittedMessage {
  const headerEnd = endOfHeader(bytes)
  const fields = readHeader(bytes, 0, headerEnd, MOST_FIELDS)
  if (headerEnd > LONGEST_HEADER || fields.length >= MOST_FIELDS) refuse('bad-syntax', 'The header is too long')
  refuseBareReturn(bytes.subarray(0, headerEnd))
  // A folded line would continue the field before it: RFC 5322 §2.2.3.
  if (fields.length > 0 && (bytes[0] === SPACE || bytes[0] === TAB))
    refuse('bad-syntax', 'The header begins within a field')
  refuseControlsInNames(bytes.subarray(0, headerEnd))
  return {
    bytes,
    fields,
    headerEnd,
    ...readAuthors(bytes, fields.filter(named(...authorFields))),
    messageId: fields.filter(named('message-id')).map((field) => fieldText(bytes, field))[0] || undefined,
    subject: fields.filter(named('subject')).map((field) => decodedField(bytes, field))[0] ?? '',
  }
}

export const named =
  (...names: readonly string[]) =>
  ({ name }: HeaderField): boolean =>
    names.includes(name.toLowerCase())

/** RFC 5322 §2.2: to some readers it ends a line, and what stands behind it is a field that was not looked at here. */
function refuseBareReturn(header: Buffer): void {
  for (let at = header.indexOf(CR); at >= 0; at = header.indexOf(CR, at + 1)) {
    if (header[at + 1] !== LF) refuse('bad-syntax', 'The header has a carriage return that ends no line')
  }
}

/** RFC 5322 §2.2: a name has none; a reader that drops it finds a field that was not looked at here. */
function refuseControlsInNames(header: Buffer): void {
  for (let at = 0; at < header.length;) {
    const lineEnd = header.indexOf(LF, at)
    const end = lineEnd < 0 ? header.length : lineEnd
    const colon = header[at] === SPACE || header[at] === TAB ? -1 : header.subarray(at, end).indexOf(COLON)
    if (colon >= 0 && controlInName.test(header.toString('latin1', at, at + colon))) {
      refuse('bad-syntax', "A header field's name has a control character")
    }
    at = end + 1
  }
}

const controlInName = /[\0-\x08\x0a-\x1f\x7f]/

/** Where the first blank line begins; no further than can be of interest. */
function endOfHeader(bytes: Buffer): number {
  for (let at = 0; at < bytes.length && at <= LONGEST_HEADER;) {
    if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF)) return at
    const end = bytes.indexOf(LF, at)
    at = end < 0 ? bytes.length : end + 1
    if (at >= bytes.length) return bytes.length
  }
  return bytes.length
}
