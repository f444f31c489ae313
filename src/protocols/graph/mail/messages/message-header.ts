import type { Importance, InternetMessageHeader, Recipient } from '@microsoft/microsoft-graph-types'
import { type EnvelopeFields, parseEnvelope } from '../../../../codecs/imap/parse-envelope.ts'
import { type Address, addressOctets, type MailboxAddress, parseAddresses } from '../../../../codecs/mime/address.ts'
import { parseDate } from '../../../../codecs/mime/date.ts'
import { readEnvelope } from '../../../../codecs/mime/envelope.ts'
import { readHeader } from '../../../../codecs/mime/header.ts'
import { decodedField } from '../../../../codecs/mime/text.ts'
import { readThreadIndex } from '../../../../codecs/mime/thread-index.ts'
import { decodeWords } from '../../../../codecs/mime/words.ts'

/** The properties that the header fields of RFC 5322 give. */
export interface MessageAddressing {
  readonly subject: string
  readonly from: Recipient | undefined
  readonly sender: Recipient | undefined
  readonly to: readonly Recipient[]
  readonly cc: readonly Recipient[]
  readonly bcc: readonly Recipient[]
  readonly replyTo: readonly Recipient[]
  /** Milliseconds since the epoch. */
  readonly sent: number | undefined
  readonly internetMessageId: string | undefined
}

/** The properties that other header fields give. */
export interface HeaderContent {
  readonly importance: Importance
  readonly isReadReceiptRequested: boolean
  readonly isDeliveryReceiptRequested: boolean
  /** Of the Thread-Index field. */
  readonly threadIndex: Buffer | undefined
  readonly fields: readonly InternetMessageHeader[]
}

/** Maximum number of fields read from a header. */
const MOST_FIELDS = 10_000

/** Reads the ENVELOPE that the store keeps, so that a list need not read messages. */
export const addressingOfEnvelope = (envelope: Uint8Array): MessageAddressing => addressing(parseEnvelope(envelope))

/** Reads the same from the header of a message, or of a message inside one. */
export function addressingOfHeader(header: Buffer): MessageAddressing {
  const fields = readEnvelope(header, readHeader(header, 0, header.length, MOST_FIELDS))
  return addressing({
    date: fields.date,
    subject: fields.subject,
    from: mailboxesIn(fields.from),
    sender: mailboxesIn(fields.sender),
    replyTo: mailboxesIn(fields.replyTo),
    to: mailboxesIn(fields.to),
    cc: mailboxesIn(fields.cc),
    bcc: mailboxesIn(fields.bcc),
    inReplyTo: fields.inReplyTo,
    messageId: fields.messageId,
  })
}

const mailboxesIn = (octets: string | undefined): readonly MailboxAddress[] =>
  octets === undefined ? [] : parseAddresses(octets).flatMap(membersOf)

const membersOf = (address: Address): readonly MailboxAddress[] =>
  address.kind === 'group' ? address.members : [address]

function addressing(fields: EnvelopeFields): MessageAddressing {
  const from = fields.from.map(recipientOf)
  const replyTo = fields.replyTo.map(recipientOf)
  return {
    subject: decoded(fields.subject ?? ''),
    from: from[0],
    sender: fields.sender.map(recipientOf)[0] ?? from[0],
    to: fields.to.map(recipientOf),
    cc: fields.cc.map(recipientOf),
    bcc: fields.bcc.map(recipientOf),
    // ENVELOPE repeats From if there is no Reply-To.
    replyTo: JSON.stringify(replyTo) === JSON.stringify(from) ? [] : replyTo,
    sent: fields.date === undefined ? undefined : parseDate(fields.date)?.at,
    internetMessageId: fields.messageId?.trim() || undefined,
  }
}

/** As in Exchange, the name of an address without a name is the address. */
function recipientOf(mailbox: MailboxAddress): Recipient {
  const { name } = mailbox
  const address = decoded(addressOctets(mailbox))
  return { emailAddress: { name: name ? decoded(name) : address, address } }
}

const decoded = (octets: string): string => decodeWords(octets).replaceAll(/[\t\r\n]+/g, ' ')

export function headerContent(header: Buffer): HeaderContent {
  const fields = readHeader(header, 0, header.length, MOST_FIELDS)
  const values = new Map<string, string>()
  const named: InternetMessageHeader[] = []
  for (const field of fields) {
    const value = decodedField(header, field)
    named.push({ name: field.name, value })
    const name = field.name.toLowerCase()
    if (!values.has(name)) values.set(name, value)
  }
  return {
    importance: importanceOf(values),
    isReadReceiptRequested: Boolean(values.get('disposition-notification-to')),
    isDeliveryReceiptRequested: Boolean(values.get('return-receipt-to')),
    threadIndex: readThreadIndex(values.get('thread-index')),
    fields: named,
  }
}

/** The header octets as text, for the transport headers. */
export const headerText = (header: Buffer): string => header.toString('utf8').trimEnd()

function importanceOf(values: ReadonlyMap<string, string>): Importance {
  const named = values.get('importance')?.trim().toLowerCase()
  if (named === 'low' || named === 'normal' || named === 'high') return named
  const numbered = Number.parseInt(values.get('x-priority') ?? '3', 10)
  if (numbered === 1 || numbered === 2) return 'high'
  if (numbered === 4 || numbered === 5) return 'low'
  const microsoft = values.get('x-msmail-priority')?.trim().toLowerCase()
  return microsoft === 'low' || microsoft === 'high' ? microsoft : 'normal'
}
