import { type MailDate, parseDate } from './date.ts'
import { fieldText } from './header.ts'
import { parameter } from './parameter.ts'
import type { ParsedMessage } from './parse.ts'
import { type MimePart, isMessage, isMultipart } from './structure.ts'
import { decodeWords } from './words.ts'

/** The decoded fields for a list of messages. */
export interface Attributes {
  readonly subject: string | undefined
  /** The From field as a reader sees it. */
  readonly from: string | undefined
  /** The time in the Date field. */
  readonly date: MailDate | undefined
  /** With their angle brackets. */
  readonly messageId: string | undefined
  readonly inReplyTo: readonly string[]
  readonly references: readonly string[]
  readonly hasAttachments: boolean
}

/** RFC 5322 §3.6.4. A thread needs no more references than these. */
const MOST_REFERENCES = 1000

export function readAttributes(bytes: Uint8Array, { headers, envelope, part }: ParsedMessage): Attributes {
  const references = headers.find((field) => field.name.toLowerCase() === 'references')
  return {
    subject: decoded(envelope.subject),
    from: decoded(envelope.from),
    date: envelope.date === undefined ? undefined : parseDate(envelope.date),
    messageId: messageIds(envelope.messageId)[0],
    inReplyTo: messageIds(envelope.inReplyTo),
    references: messageIds(references && fieldText(bytes, references)),
    hasAttachments: isAttachment(part, false),
  }
}

const decoded = (octets: string | undefined): string | undefined =>
  octets === undefined ? undefined : decodeWords(octets).replaceAll('\t', ' ')

const messageIds = (octets: string | undefined): string[] =>
  (octets?.match(/<[^<> \t\r\n]+>/g) ?? []).slice(0, MOST_REFERENCES)

/** Whether a part is an attachment, and not text or an image inside the text. */
function isAttachment(part: MimePart, nested: boolean): boolean {
  if (isMultipart(part)) return part.children.some((child) => isAttachment(child, true))
  if (part.disposition?.type === 'attachment') return true
  if (isMessage(part)) return nested
  const inline = part.disposition?.type === 'inline' || part.id !== undefined
  if (inline || part.type === 'message' || signatures.has(part.subtype)) return false
  return part.type !== 'text' || parameter(part.params, 'name') !== undefined
}

const signatures: ReadonlySet<string> = new Set(['pgp-signature', 'pkcs7-signature', 'x-pkcs7-signature'])
