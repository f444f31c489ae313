import { unicodeCasemap } from '../../../codecs/charset/unicode-casemap.ts'
import { baseSubject } from '../../../codecs/imap/base-subject.ts'
import { readMessageIds } from '../../../codecs/imap/message-ids.ts'
import { type Address, parseAddresses } from '../../../codecs/mime/address.ts'
import type { Envelope } from '../../../codecs/mime/envelope.ts'
import { fieldText, type HeaderField } from '../../../codecs/mime/header.ts'
import { decodeWords } from '../../../codecs/mime/words.ts'

/** What a message is sorted and threaded by; texts are in the form in which they are compared (RFC 5256 §3). */
export interface SortKeys {
  /** The base subject. */
  readonly subject: string
  /** Whether it is a reply or is forwarded, as its subject says. */
  readonly reply: boolean
  readonly from: string
  readonly to: string
  readonly cc: string
  readonly displayFrom: string
  readonly displayTo: string
  /** Empty where there is none. */
  readonly messageId: string
  /** Identifiers of the messages that it follows, the oldest first, separated by spaces. */
  readonly references: string
}

/** Octets of a field that count, and UTF-16 units of a text. */
const LONGEST_FIELD = 4096
const LONGEST_TEXT = 1024

/** The keys of a message with that envelope and that References field. */
export function sortKeysOf(envelope: Envelope, references: string | undefined): SortKeys {
  const subject = baseSubject(decodeWords((envelope.subject ?? '').slice(0, LONGEST_FIELD)))
  const [from, to, cc] = [envelope.from, envelope.to, envelope.cc].map(firstOf)
  return {
    subject: collated(subject.text),
    reply: subject.reply,
    from: collated(mailboxName(from)),
    to: collated(mailboxName(to)),
    cc: collated(mailboxName(cc)),
    displayFrom: collated(displayName(from)),
    displayTo: collated(displayName(to)),
    messageId: readMessageIds(envelope.messageId)[0] ?? '',
    references: (references === undefined ? [] : readMessageIds(references)).join(' ') || inReplyTo(envelope),
  }
}

/** The References field, of which the first counts. */
export function referencesIn(bytes: Uint8Array, fields: readonly HeaderField[]): string | undefined {
  const field = fields.find(({ name }) => name.length === 10 && name.toLowerCase() === 'references')
  return field && fieldText(bytes, field)
}

/** RFC 5256 §3 REFERENCES: only the first identifier counts there. */
const inReplyTo = (envelope: Envelope): string => readMessageIds(envelope.inReplyTo)[0] ?? ''

const firstOf = (list: string | undefined): Address | undefined =>
  list === undefined ? undefined : parseAddresses(list.slice(0, LONGEST_FIELD))[0]

/** RFC 5256 §3 FROM: the `addr-mailbox` of the first address; a group begins with its name there. */
const mailboxName = (address: Address | undefined): string =>
  decodeWords((address?.kind === 'group' ? address.name : address?.local) ?? '')

/** RFC 5957 §3: the name that is shown, else the address. */
function displayName(address: Address | undefined): string {
  if (!address) return ''
  const name = decodeWords(address.name ?? '').trim()
  if (name !== '' || address.kind === 'group') return name
  return decodeWords(address.domain === undefined ? (address.local ?? '') : `${address.local ?? ''}@${address.domain}`)
}

/** Something that any database takes for text. */
const collated = (text: string): string => unicodeCasemap(text.slice(0, LONGEST_TEXT)).replaceAll('\0', '')
