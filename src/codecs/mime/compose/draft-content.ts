import { type Address, addressOctets, type MailboxAddress, parseAddresses } from '../address.ts'
import { parseDate } from '../date.ts'
import { readEnvelope } from '../envelope.ts'
import { type HeaderField, readHeader } from '../header.ts'
import { type AttachmentPart, messageParts } from '../parts/message-parts.ts'
import { textOfBody } from '../parts/text-of-part.ts'
import type { MimePart } from '../structure.ts'
import { decodedField } from '../text.ts'
import { readThreadIndex } from '../thread-index.ts'
import { decodeWords } from '../words.ts'
import type { NewAddress, NewAttachment, NewBody, NewField, NewMessageContent } from './new-message.ts'

/** Reads octets of a stored message; `end` is exclusive. */
export type ReadOctets = (start: number, end: number) => Promise<Buffer>

const MOST_FIELDS = 10_000

/**
 * A stored message as one to write again, so that a change of one part leaves the others as they are: attachments keep
 * their octets, and fields that are not set apart stay.
 */
export async function draftContent(root: MimePart, read: ReadOctets): Promise<NewMessageContent> {
  const header = await read(root.headerStart, root.bodyStart)
  const fields = readHeader(header, 0, header.length, MOST_FIELDS)
  const envelope = readEnvelope(header, fields)
  const parts = messageParts(root)
  const text = (name: string): string | undefined => {
    const field = fields.find((it) => it.name.toLowerCase() === name)
    return field && decodedField(header, field)
  }
  return {
    from: addressesIn(envelope.from)[0],
    sender: addressesIn(envelope.sender)[0],
    to: addressesIn(envelope.to),
    cc: addressesIn(envelope.cc),
    bcc: addressesIn(envelope.bcc),
    replyTo: addressesIn(envelope.replyTo),
    subject: decodeWords(envelope.subject ?? ''),
    messageId: envelope.messageId ?? '',
    date: (envelope.date === undefined ? undefined : parseDate(envelope.date)?.at) ?? 0,
    inReplyTo: messageIds(envelope.inReplyTo)[0],
    references: messageIds(text('references')),
    importance: importanceOf(text('importance'), text('x-priority')),
    readReceiptTo: text('disposition-notification-to'),
    deliveryReceiptTo: text('return-receipt-to'),
    threadIndex: readThreadIndex(text('thread-index')),
    threadTopic: text('thread-topic'),
    fields: fields.filter(({ name }) => !written.has(name.toLowerCase()) && !/^content-/i.test(name)).map(kept(header)),
    body: await bodyOf(root, parts.html ?? parts.text, read),
    alternatives: parts.calendar && root !== parts.calendar ? [await octetsOf(parts.calendar, read)] : [],
    attachments: await Promise.all(parts.attachments.map((it) => keptPart(it, read))),
  }
}

/** Fields that the writer writes. */
const written: ReadonlySet<string> = new Set([
  'from',
  'sender',
  'to',
  'cc',
  'bcc',
  'reply-to',
  'subject',
  'message-id',
  'date',
  'in-reply-to',
  'references',
  'importance',
  'x-priority',
  'disposition-notification-to',
  'return-receipt-to',
  'thread-index',
  'thread-topic',
  'mime-version',
])

/** An attachment of a stored message to attach again, with its octets as they are. */
export async function keptPart({ part, isInline }: AttachmentPart, read: ReadOctets): Promise<NewAttachment> {
  const contentId = part.id?.replace(/^<(.*)>$/s, '$1')
  return { kind: 'kept', octets: await octetsOf(part, read), isInline, contentId }
}

/** The header and the body of a part. Of a message that is one part, the header fields of the message do not belong. */
async function octetsOf(part: MimePart, read: ReadOctets): Promise<Buffer> {
  const octets = await read(part.headerStart, part.end)
  const header = octets.subarray(0, part.bodyStart - part.headerStart)
  const fields = readHeader(header, 0, header.length, MOST_FIELDS)
  if (fields.every(({ name }) => /^content-/i.test(name))) return octets
  const own = fields.filter(({ name }) => /^content-/i.test(name)).map(({ start, end }) => header.subarray(start, end))
  return Buffer.concat([...own, Buffer.from('\r\n'), octets.subarray(part.bodyStart - part.headerStart)])
}

async function bodyOf(root: MimePart, part: MimePart | undefined, read: ReadOctets): Promise<NewBody> {
  if (!part) return { contentType: 'text', content: '' }
  const contentType = part.subtype === 'html' ? 'html' : 'text'
  return { contentType, content: textOfBody(root, part, await read(part.bodyStart, part.end)) }
}

const kept =
  (header: Buffer) =>
  (field: HeaderField): NewField => ({ name: field.name, value: decodedField(header, field) })

const addressesIn = (octets: string | undefined): NewAddress[] =>
  octets === undefined ? [] : parseAddresses(octets).flatMap(membersOf).map(newAddress).filter(isWhole)

const membersOf = (address: Address): readonly MailboxAddress[] =>
  address.kind === 'group' ? address.members : [address]

const newAddress = (mailbox: MailboxAddress): NewAddress => ({
  name: decodeWords(mailbox.name ?? ''),
  address: decodeWords(addressOctets(mailbox)),
})

const isWhole = ({ address }: NewAddress): boolean => address !== ''

const messageIds = (text: string | undefined): string[] => (text?.match(/<[^<>\s]+>/g) ?? []).slice(0, 1000)

function importanceOf(named: string | undefined, numbered: string | undefined): 'low' | 'normal' | 'high' {
  const name = named?.trim().toLowerCase()
  if (name === 'low' || name === 'high' || name === 'normal') return name
  const number = Number.parseInt(numbered ?? '3', 10)
  return number < 3 ? 'high' : number > 3 ? 'low' : 'normal'
}
