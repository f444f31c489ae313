import { normalized } from '../../codecs/charset/unicode-casemap.ts'
import { type MailboxAddress, parseAddresses } from '../../codecs/mime/address.ts'
import { fieldText, type HeaderField } from '../../codecs/mime/header.ts'
import { decodeOctets, decodeWords } from '../../codecs/mime/words.ts'
import { refuse } from '../../core/refusal.ts'
import { trimEndOf } from '../../core/trim-end.ts'

/** The author fields of a message: From, Sender, Resent-From and Resent-Sender (RFC 5322 §3.6.2, §3.6.6). */
export interface Authors {
  /** Every address of those fields. */
  readonly authors: readonly string[]
  /** The addresses of all but From: those who are said to have sent it themselves. */
  readonly senders: readonly string[]
  /** Other text in those fields that looks like an address: a name, a comment, an encoded word. */
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

/**
 * Addresses that a reader may see or find in an author field (From, Sender, Resent-*) beside those that it is from: in
 * names, comments and encoded words, as text that looks the same is compared. `field` is unfolded octets.
 *
 * Readers differ: some decode words (RFC 2047) before they parse, some skip comments, some take a name for the address.
 * So the field is read in each of these ways. A quoted name may mention an address within other words, as in
 * "ada@contoso.test by the help desk"; it may not be one, nor hold one in angle brackets.
 */
export function mentionedAddresses(field: string): ReadonlySet<string> {
  const texts = new Set([decodeOctets(field), decodeWords(field)])
  const found = new Set<string>()
  for (const text of texts) {
    const { outside, quoted } = splitAtQuotes(text)
    for (const reading of new Set([outside, withoutComments(outside)])) collect(comparable(reading), found)
    for (const name of quoted) collectFromName(name, found)
  }
  for (const name of namesIn(field)) collectFromName(decodeWords(name), found)
  return found
}

/** Invisible characters that hide or reorder text: zero-width characters, joiners, variation selectors, marks. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}]+/gu
/** Letters that are drawn like an at sign, and the full stops that IDNA takes for a dot (RFC 3490 §3.1). */
const likeAt = /[\u24b6\u24d0\u{1f150}]/gu
const likeDot = /[\u3002\uff61]/g

/** Text as it looks, in lower case: compatibility forms (U+FF20 and U+FE6B are "@") as what they stand for. */
const comparable = (text: string): string =>
  normalized(text.replace(likeAt, '@'), 'NFKD')
    .replace(invisible, '')
    .replace(likeDot, '.')
    .replace(/\s+/g, ' ')
    .replace(/ ?@ ?/g, '@')
    .toLowerCase()

const separators = new Set(' ,;:()<>"[]\\')
const openingMarks = /^[\p{Pi}\p{Pf}'`*|/]+/u

/** Each at sign with what stands around it; a domain of ours is ASCII. */
function collect(text: string, found: Set<string>): void {
  const pieces = text.split('@')
  for (let at = 1; at < pieces.length; at++) {
    const local = lastWord(pieces[at - 1]!)
    for (const domain of domainsAt(pieces[at]!)) found.add(`${local}@${domain}`)
  }
}

function lastWord(text: string): string {
  let start = text.length
  while (start > 0 && !separators.has(text[start - 1]!)) start--
  return text.slice(start).replace(openingMarks, '')
}

/** The domain that begins a text: as it stands, and with blanks around its dots (RFC 5322 §4.4). */
function domainsAt(text: string): ReadonlySet<string> {
  const spaced = /^[a-z0-9.-]+(?: ?\.+ ?[a-z0-9-]+)*/.exec(text)?.[0] ?? ''
  const [tight = ''] = spaced.split(' ')
  return new Set([tight, spaced.replaceAll(' ', '')].map((domain) => trimEndOf(domain, '.-')).filter(Boolean))
}

/** A name is a forged author where it is an address and nothing else, or has one in angle brackets. */
function collectFromName(name: string, found: Set<string>): void {
  const text = comparable(name)
  if (!text.includes('@')) return
  const words = text.split(' ').filter((word) => /[\p{L}\p{N}]/u.test(word))
  const bracketed = text.split('<').some((part, place) => place > 0 && part.split('>', 1)[0]!.includes('@'))
  if (bracketed || words.every((word) => word.includes('@'))) collect(text, found)
}

/** The display names of mailboxes and groups. */
const namesIn = (field: string): readonly string[] =>
  parseAddresses(field).flatMap((it) =>
    [it.name, ...(it.kind === 'group' ? it.members.map(({ name }) => name) : [])].filter((name) => name !== undefined),
  )

/** Splits text into closed quotes and the rest. A quoted local part stays with its address. */
function splitAtQuotes(text: string): { readonly outside: string; readonly quoted: readonly string[] } {
  const outside: string[] = []
  const quoted: string[] = []
  let at = 0
  for (;;) {
    const open = text.indexOf('"', at)
    const close = open < 0 ? -1 : closingQuote(text, open + 1)
    if (close < 0) return { outside: [...outside, text.slice(at)].join(' '), quoted }
    const content = text.slice(open + 1, close).replace(/\\([^])/g, '$1')
    outside.push(text.slice(at, open))
    at = close + 1
    if (text[at] === '@') outside.push(`${content}${text[at++]}`)
    else quoted.push(content)
  }
}

function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return -1
}

/**
 * RFC 5322 §3.2.2: comments may stand within an address, and in each other. One that is not closed goes on to the end.
 */
function withoutComments(text: string): string {
  let plain = ''
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\') at++
    if (character === '(') depth++
    else if (character === ')' && depth > 0) depth--
    else if (depth === 0) plain += text.slice(at, at + 1)
  }
  return plain
}
