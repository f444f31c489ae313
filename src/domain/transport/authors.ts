import { type MailboxAddress, parseAddresses } from '../../codecs/mime/address.ts'
import { fieldText, type HeaderField } from '../../codecs/mime/header.ts'
import { decodeWords } from '../../codecs/mime/words.ts'
import { refuse } from '../../core/refusal.ts'
import { comparable, mentionedAddresses } from './mentioned-addresses.ts'

/** Whoever the author fields of a message name: From, Sender, Resent-From and Resent-Sender (RFC 5322 §3.6.2, §3.6.6). */
export interface Authors {
  /** Every address of those fields. */
  readonly authors: readonly string[]
  /** The addresses of all but From: those who are said to have sent it themselves. */
  readonly senders: readonly string[]
  /** What else in those fields looks like an address: a name, a comment, an encoded word. */
  readonly mentioned: readonly string[]
}

export const senderFields = ['sender', 'resent-from', 'resent-sender'] as const
export const authorFields = ['from', ...senderFields] as const

const MOST_AUTHORS = 100
/** Octets of the fields that name them, together: they are read in several ways while others wait. */
const MOST_OCTETS = 64 * 1024

/** `fields` are author fields. Refuses `bad-syntax` for one that names nobody, too many, or has a control character. */
export function readAuthors(bytes: Buffer, fields: readonly HeaderField[]): Authors {
  if (fields.reduce((total, { start, end }) => total + end - start, 0) > MOST_OCTETS) refuseMany()
  for (const field of fields) refuseControls(fieldText(bytes, field))
  const authors = addressesIn(bytes, fields)
  const own = new Set(authors.map(comparable))
  const mentioned = new Set(fields.flatMap((field) => [...mentionedAddresses(fieldText(bytes, field))]))
  return {
    authors: authors.length > MOST_AUTHORS ? refuseMany() : authors,
    senders: addressesIn(
      bytes,
      fields.filter(({ name }) => name.toLowerCase() !== 'from'),
    ),
    mentioned: mentioned.size > MOST_AUTHORS + own.size ? refuseMany() : [...mentioned.difference(own)],
  }
}

/** Control characters, line and paragraph separators, and marks that reorder text: they forge what a reader shows. */
const controls = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** As written, and in encoded words. A tab is a blank between words, and nothing in one. */
function refuseControls(field: string): void {
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(field) || controls.test(decodeWords(field.replaceAll('\t', ' ')))) {
    refuse('bad-syntax', 'A field that names an author has a control character')
  }
}

function addressesIn(bytes: Buffer, fields: readonly HeaderField[]): readonly string[] {
  const lists = fields.map((field) =>
    parseAddresses(fieldText(bytes, field))
      .flatMap((it) => (it.kind === 'group' ? it.members : [it]))
      .map(spelled),
  )
  if (lists.some((list) => list.length === 0)) refuse('bad-syntax', 'The message says that it is from nobody')
  return lists.flat()
}

/** Decoded; a name without an address is nobody's, and so not the sender's either. */
const spelled = ({ local = '', domain }: MailboxAddress): string =>
  Buffer.from(domain === undefined ? local : `${local}@${domain}`, 'latin1').toString('utf8')

const refuseMany = (): never => refuse('bad-syntax', 'The message has too many authors')
