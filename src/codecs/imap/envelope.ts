import { type Address, type MailboxAddress, parseAddresses } from '../mime/address.ts'
import type { Envelope } from '../mime/envelope.ts'
import type { ParsedMessage } from '../mime/parse.ts'
import { writeNstring, writeString } from './string.ts'

/** What stands for the half of an address that its sender left out: NIL there means a group. */
const MISSING_DOMAIN = 'MISSING_DOMAIN'
const MISSING_MAILBOX = 'MISSING_MAILBOX'

/** A message's ENVELOPE (RFC 9051 §7.5.2), without the item's name. */
export const renderEnvelope = (message: Pick<ParsedMessage, 'envelope'>): Uint8Array =>
  Buffer.from(writeEnvelope(message.envelope), 'latin1')

/** The same, as octets, one character each. */
export function writeEnvelope(envelope: Envelope): string {
  const from = writeAddresses(envelope.from)
  // RFC 9051 §7.5.2: missing or empty, sender and reply-to are the author's; nothing else is made up.
  const orFrom = (list: string) => (list === 'NIL' ? from : list)
  const items = [
    writeNstring(envelope.date),
    writeNstring(envelope.subject),
    from,
    orFrom(writeAddresses(envelope.sender)),
    orFrom(writeAddresses(envelope.replyTo)),
    writeAddresses(envelope.to),
    writeAddresses(envelope.cc),
    writeAddresses(envelope.bcc),
    writeNstring(envelope.inReplyTo),
    writeNstring(envelope.messageId),
  ]
  return `(${items.join(' ')})`
}

function writeAddresses(octets: string | undefined): string {
  const addresses = octets ? parseAddresses(octets) : []
  return addresses.length === 0 ? 'NIL' : `(${addresses.map(writeAddress).join('')})`
}

function writeAddress(address: Address): string {
  if (address.kind === 'mailbox') return writeMailbox(address)
  return `(NIL NIL ${writeString(address.name)} NIL)${address.members.map(writeMailbox).join('')}(NIL NIL NIL NIL)`
}

function writeMailbox({ name, route, local, domain }: MailboxAddress): string {
  const mailbox = writeString(local || MISSING_MAILBOX)
  return `(${writeNstring(name)} ${writeNstring(route)} ${mailbox} ${writeString(domain || MISSING_DOMAIN)})`
}
