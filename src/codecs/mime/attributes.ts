import { type MailDate, parseDate } from './date.ts'
import { fieldText } from './header.ts'
import type { ParsedMessage } from './parse.ts'
import { hasAttachments } from './parts/message-parts.ts'
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
    hasAttachments: hasAttachments(part),
  }
}

const decoded = (octets: string | undefined): string | undefined =>
  octets === undefined ? undefined : decodeWords(octets).replaceAll('\t', ' ')

const messageIds = (octets: string | undefined): string[] =>
  (octets?.match(/<[^<> \t\r\n]+>/g) ?? []).slice(0, MOST_REFERENCES)
