import { type Address, type MailboxAddress, parseAddresses } from '../mime/address.ts'
import type { Envelope } from '../mime/envelope.ts'
import { joinContinuations } from '../mime/parameter.ts'
import type { ParsedMessage } from '../mime/parse.ts'
import { type Disposition, isMessage, isMultipart, type Param, type MimePart } from '../mime/structure.ts'
import { writeNstring, writeString } from './string.ts'

/** A part's BODY: its structure without extension data (RFC 9051 §7.5.2), without the item's name. */
export const renderBody = (part: MimePart): Uint8Array => Buffer.from(write(part, false), 'latin1')

/** A part's BODYSTRUCTURE: RFC 9051 §7.5.2, without the item's name. */
export const renderBodyStructure = (part: MimePart): Uint8Array => Buffer.from(write(part, true), 'latin1')

const write = (part: MimePart, extended: boolean): string =>
  isMultipart(part) ? writeMultipart(part, extended) : writeSingle(part, extended)

function writeMultipart(part: MimePart, extended: boolean): string {
  const children = part.children.map((child) => write(child, extended)).join('')
  const extension = extended ? ` ${writeParams(part.params)} ${writeExtension(part)}` : ''
  return `(${children} ${writeString(part.subtype)}${extension})`
}

function writeSingle(part: MimePart, extended: boolean): string {
  const items = [
    writeString(part.type),
    writeString(part.subtype),
    writeParams(part.params),
    writeNstring(part.id),
    writeNstring(part.description),
    writeString(part.encoding.toUpperCase()),
    part.end - part.bodyStart,
  ]
  if (isMessage(part)) items.push(...writeInside(part, extended), part.lines)
  else if (part.type === 'text') items.push(part.lines)
  if (extended) items.push(writeNstring(part.md5), writeExtension(part))
  return `(${items.join(' ')})`
}

/** The syntax requires an envelope and a body: a message that could not be parsed gets empty ones. */
function writeInside({ message }: MimePart, extended: boolean): [envelope: string, body: string] {
  if (message) return [writeEnvelope(message.envelope), write(message.part, extended)]
  const tail = extended ? ' NIL NIL NIL NIL' : ''
  return [writeEnvelope({}), `("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 0 0${tail})`]
}

const writeExtension = (part: MimePart): string =>
  `${writeDisposition(part.disposition)} ${writeLanguage(part.language)} ${writeNstring(part.location)}`

const writeDisposition = (disposition: Disposition | undefined): string =>
  disposition ? `(${writeString(disposition.type)} ${writeParams(disposition.params)})` : 'NIL'

const writeLanguage = (language: readonly string[]): string => {
  if (language.length === 0) return 'NIL'
  return language.length === 1 ? writeString(language[0]!) : `(${language.map(writeString).join(' ')})`
}

const writeParams = (params: readonly Param[]): string =>
  params.length === 0
    ? 'NIL'
    : `(${joinContinuations(params)
        .map(([name, value]) => `${writeString(name)} ${writeString(value)}`)
        .join(' ')})`

// Placeholders for the missing half of an address: NIL there would mean a group.
const MISSING_DOMAIN = 'MISSING_DOMAIN'
const MISSING_MAILBOX = 'MISSING_MAILBOX'

/** A message's ENVELOPE (RFC 9051 §7.5.2), without the item's name. */
export const renderEnvelope = (message: Pick<ParsedMessage, 'envelope'>): Uint8Array =>
  Buffer.from(writeEnvelope(message.envelope), 'latin1')

/** The same as text, one character for each octet. */
function writeEnvelope(envelope: Envelope): string {
  const from = writeAddresses(envelope.from)
  // RFC 9051 §7.5.2: a missing or empty sender or reply-to is the same as from. No other field has a default.
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
