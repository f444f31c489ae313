import { type MailboxAddress, parseAddresses } from '../../codecs/mime/address.ts'
import { fieldText, type HeaderField, readHeader } from '../../codecs/mime/header.ts'
import { decodedField } from '../../codecs/mime/text.ts'
import { refuse } from '../../core/refusal.ts'

/** A message as it was submitted, and what its header says that matters on the way. */
export interface Letter {
  readonly bytes: Buffer
  readonly fields: readonly HeaderField[]
  /** Where the header ends: before the blank line, or at the end of the message. */
  readonly headerEnd: number
  /** Whoever the header says that it is from, or was sent on by: every address of From and Sender, and of those of Resent-. */
  readonly authors: readonly string[]
  /** Those who are said to have done it themselves: all but From's. */
  readonly senders: readonly string[]
  /**
   * Whatever looks like an address in those fields, but for what is quoted: a name or a comment here, for which some take
   * another than we do.
   */
  readonly mentioned: readonly string[]
  readonly messageId: string | undefined
  /** Decoded. */
  readonly subject: string
}

/** A header beyond this is none that we answer for. */
const LONGEST_HEADER = 1024 * 1024
const MOST_FIELDS = 10_000
const MOST_AUTHORS = 100
/** Octets of a field that names them. */
const LONGEST_FIELD = 64 * 1024

const LF = 0x0a
const CR = 0x0d
const TAB = 0x09
const SPACE = 0x20

/** Refuses `bad-syntax` for a header that is too long to be read whole, and for one that not everybody reads alike. */
export function readLetter(bytes: Buffer): Letter {
  const headerEnd = endOfHeader(bytes)
  const fields = readHeader(bytes, 0, headerEnd, MOST_FIELDS)
  if (headerEnd > LONGEST_HEADER || fields.length >= MOST_FIELDS) refuse('bad-syntax', 'The header is too long')
  refuseBareReturn(bytes.subarray(0, headerEnd))
  // What is written before it would go on in it: RFC 5322 §2.2.3.
  if (fields.length > 0 && (bytes[0] === SPACE || bytes[0] === TAB))
    refuse('bad-syntax', 'The header begins within a field')
  const naming = fields.filter(named('from', ...senderFields))
  if (naming.some(({ start, end }) => end - start > LONGEST_FIELD))
    refuse('bad-syntax', 'The message has too many authors')
  return {
    bytes,
    fields,
    headerEnd,
    authors: authorsOf(bytes, naming),
    senders: authorsOf(bytes, naming.filter(named(...senderFields))),
    mentioned: mentionedIn(bytes, naming),
    messageId: fields.filter(named('message-id')).map((field) => fieldText(bytes, field))[0] || undefined,
    subject: fields.filter(named('subject')).map((field) => decodedField(bytes, field))[0] ?? '',
  }
}

/** RFC 5322 §3.6.2, §3.6.6 */
const senderFields = ['sender', 'resent-from', 'resent-sender'] as const

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

function authorsOf(bytes: Buffer, fields: readonly HeaderField[]): readonly string[] {
  const lists = fields.map((field) =>
    parseAddresses(fieldText(bytes, field))
      .flatMap((it) => (it.kind === 'group' ? it.members : [it]))
      .map(spelled),
  )
  if (lists.some((list) => list.length === 0)) refuse('bad-syntax', 'The message says that it is from nobody')
  const authors = lists.flat()
  return authors.length > MOST_AUTHORS ? refuse('bad-syntax', 'The message has too many authors') : authors
}

function mentionedIn(bytes: Buffer, fields: readonly HeaderField[]): readonly string[] {
  const words = fields.flatMap((field) => unquoted(fieldText(bytes, field)).split(betweenWords))
  const addresses = words
    .filter((word) => word.includes('@'))
    .map((word) => Buffer.from(word, 'latin1').toString('utf8'))
  return addresses.length > MOST_AUTHORS ? refuse('bad-syntax', 'The message has too many authors') : addresses
}

const betweenWords = /[\s,;:()<>"[\]\\]+/

/** Without what stands in quotes that are closed. */
function unquoted(text: string): string {
  const plain: string[] = []
  let at = 0
  for (;;) {
    const open = text.indexOf('"', at)
    const close = open < 0 ? -1 : closingQuote(text, open + 1)
    if (close < 0) return [...plain, text.slice(at)].join(' ')
    plain.push(text.slice(at, open))
    at = close + 1
  }
}

function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return -1
}

/** Decoded; a name without an address is nobody's, and so not the sender's either. */
const spelled = ({ local = '', domain }: MailboxAddress): string =>
  Buffer.from(domain === undefined ? local : `${local}@${domain}`, 'latin1').toString('utf8')
