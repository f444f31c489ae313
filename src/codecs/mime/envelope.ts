import { type HeaderField, fieldText } from './header.ts'

/**
 * The header fields for IMAP's ENVELOPE: unfolded, undecoded octets. Undefined for a missing field, empty for one
 * without content.
 */
export interface Envelope {
  readonly date?: string | undefined
  readonly subject?: string | undefined
  readonly from?: string | undefined
  readonly sender?: string | undefined
  readonly replyTo?: string | undefined
  readonly to?: string | undefined
  readonly cc?: string | undefined
  readonly bcc?: string | undefined
  readonly inReplyTo?: string | undefined
  readonly messageId?: string | undefined
}

const names: ReadonlyMap<string, keyof Envelope> = new Map([
  ['date', 'date'],
  ['subject', 'subject'],
  ['from', 'from'],
  ['sender', 'sender'],
  ['reply-to', 'replyTo'],
  ['to', 'to'],
  ['cc', 'cc'],
  ['bcc', 'bcc'],
  ['in-reply-to', 'inReplyTo'],
  ['message-id', 'messageId'],
])
const lists: ReadonlySet<keyof Envelope> = new Set(['from', 'sender', 'replyTo', 'to', 'cc', 'bcc'])

/** Repeated address lists are joined. Of other repeated fields the first counts. */
export function readEnvelope(bytes: Uint8Array, fields: readonly HeaderField[]): Envelope {
  const envelope: { -readonly [Name in keyof Envelope]: string } = {}
  for (const field of fields) {
    const key = names.get(field.name.toLowerCase())
    if (key === undefined) continue
    const before = envelope[key]
    if (before === undefined) envelope[key] = fieldText(bytes, field)
    else if (lists.has(key)) envelope[key] = `${before}, ${fieldText(bytes, field)}`
  }
  return envelope
}
