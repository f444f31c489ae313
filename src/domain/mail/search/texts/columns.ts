import type { Ask, BodyAsk } from '../leaves.ts'

/** What a segment of texts is made of: the messages' own headers, or all of their text. Their numbers in the rows. */
export const kinds = { header: 0, body: 1 } as const
export type TextKind = keyof typeof kinds

/** A segment's messages are told apart by an octet. */
export const MOST_MESSAGES = 256

/** Fields whose texts are kept, each in a column of its own. Of others the header itself is read, where there are any. */
export const keptFields: readonly string[] = [
  'from',
  'to',
  'cc',
  'bcc',
  'reply-to',
  'sender',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'list-id',
]

/** Days on which the messages were sent. */
export const SENT = 'sent'
/** Names of each header's fields. */
export const NAMES = 'names'
/** Lines of the header and of the parts' MIME headers. */
export const LINES = 'lines'
export const BODY = 'body'
/** Which messages may hold a text, and where the texts of each lie. */
export const SIEVE = 'sieve'

/** A day that there is not. */
export const NEVER = -0x8000_0000

export const isBodyAsk = (ask: Ask): ask is BodyAsk => ask.of === 'body' || ask.of === 'text'
export const kindOf = (ask: Ask): TextKind => (isBodyAsk(ask) ? 'body' : 'header')

/** The columns that answer. */
export function columnsFor(ask: Ask): readonly string[] {
  if (ask.of === 'sent') return [SENT]
  if (ask.of === 'field') return [keptFields.includes(ask.name) ? ask.name : NAMES]
  return ask.of === 'text' ? [BODY, LINES] : [BODY]
}
