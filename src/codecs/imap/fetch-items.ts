import { refuse } from '../../core/refusal.ts'
import { type PartialRange, readPartialRange } from './esearch.ts'
import { MAX_NUMBER, type ImapReader } from './reader.ts'

/** RFC 3501 §6.4.5: names octets of a message, or of one of its parts. */
export interface Section {
  /** Empty for the message itself. */
  readonly part: readonly number[]
  readonly of: 'everything' | 'header' | 'text' | 'mime' | 'fields' | 'other fields'
  /** Names of header fields as the client wrote them; only the last two kinds have them. */
  readonly fields: readonly string[]
}

/** Octets `start` up to, but not including, `start + count`. */
export interface Partial {
  readonly start: number
  readonly count: number
}

/** A FETCH item whose value is octets of the message. */
export interface ContentItem {
  readonly item: 'content'
  /** The name of the item in the response. */
  readonly label: string
  readonly section: Section
  readonly partial: Partial | undefined
  /** Whether the FETCH leaves `\Seen` as it is. */
  readonly peek: boolean
  /** RFC 3516 §4.2: the decoded octets of the part, or their number. */
  readonly binary?: 'octets' | 'size'
}

const plainItems = [
  'ENVELOPE',
  'FLAGS',
  'INTERNALDATE',
  'RFC822.SIZE',
  'UID',
  'BODY',
  'BODYSTRUCTURE',
  'MODSEQ',
  'EMAILID',
  'THREADID',
  'SAVEDATE',
  'PREVIEW',
] as const
export type PlainItem = (typeof plainItems)[number]
/** Whether the item belongs to an extension of RFC 3501. */
export const isExtension = (it: FetchItem): boolean =>
  it.item === 'content'
    ? it.binary !== undefined
    : ['MODSEQ', 'EMAILID', 'THREADID', 'SAVEDATE', 'PREVIEW'].includes(it.item)

export type FetchItem = { readonly item: PlainItem } | ContentItem

const plain = (...items: PlainItem[]): FetchItem[] => items.map((item) => ({ item }))

/** RFC 3501 §6.4.5: a macro is not allowed in a list. */
const macros = new Map([
  ['ALL', plain('FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE')],
  ['FAST', plain('FLAGS', 'INTERNALDATE', 'RFC822.SIZE')],
  ['FULL', plain('FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY')],
])

const name = /[A-Z0-9.]+/iy
const partNumbers = /[1-9]\d{0,9}(?:\.[1-9]\d{0,9})*/y
/** The grammar has no limit; the parser never nests parts deeper than this. */
const deepest = 100

const whole = (of: Section['of']): Section => ({ part: [], of, fields: [] })

/** The names from before sections existed (RFC 3501 §6.4.5). */
const older = new Map<string, Omit<ContentItem, 'partial'>>([
  ['RFC822', { item: 'content', label: 'RFC822', section: whole('everything'), peek: false }],
  ['RFC822.HEADER', { item: 'content', label: 'RFC822.HEADER', section: whole('header'), peek: true }],
  ['RFC822.TEXT', { item: 'content', label: 'RFC822.TEXT', section: whole('text'), peek: false }],
])

/**
 * Reads the items of RFC 3501 §9 `fetch`, after the sequence set. An item that the client names twice is returned once.
 */
export function readFetchItems(reader: ImapReader): readonly FetchItem[] {
  if (reader.peek() === '(') return distinct(reader.list(() => readItem(reader)))
  const word = itemName(reader)
  return macros.get(word) ?? [itemNamed(word, reader)]
}

/** RFC 7162 §3.1.4.1, §3.2.6: restricts the messages of a FETCH. */
export interface FetchModifiers {
  /** Only those that changed after this mod-sequence. */
  readonly changedSince?: number
  /** RFC 9394 §3.2: only this part of them. */
  readonly partial?: PartialRange
  /** The client also requests the UIDs that were expunged since then. */
  readonly vanished: boolean
}

/** Reads the modifiers after the items, if the command has any. */
export function readFetchModifiers(reader: ImapReader): FetchModifiers {
  if (!reader.skip(' ')) return { vanished: false }
  let changedSince: number | undefined
  let partial: PartialRange | undefined
  let vanished = false
  reader.list(() => {
    const word = reader.word()
    if (word === 'CHANGEDSINCE') changedSince = reader.space().modSeq()
    else if (word === 'VANISHED') vanished = true
    else if (word === 'PARTIAL') partial = readPartialRange(reader.space())
    else refuse('bad-syntax', `Unknown modifier ${word}`)
  })
  if (vanished && changedSince === undefined) refuse('bad-syntax', 'VANISHED requires CHANGEDSINCE')
  return { vanished, ...(changedSince !== undefined && { changedSince }), ...(partial && { partial }) }
}

const readItem = (reader: ImapReader): FetchItem => itemNamed(itemName(reader), reader)

const itemName = (reader: ImapReader): string =>
  reader.match(name)?.[0].toUpperCase() ?? refuse('bad-syntax', 'Expected the name of a FETCH item')

function itemNamed(word: string, reader: ImapReader): FetchItem {
  if ((word === 'BODY' || word === 'BODY.PEEK') && reader.peek() === '[') return readContent(word, reader)
  if (word === 'PREVIEW') return readPreview(reader)
  if (/^BINARY(?:\.PEEK|\.SIZE)?$/.test(word)) return readBinary(word, reader)
  const known = plainItems.find((item) => item === word)
  if (known) return { item: known }
  const old = older.get(word)
  return old ? { ...old, partial: undefined } : refuse('bad-syntax', `Unknown FETCH item ${word}`)
}

function readContent(word: string, reader: ImapReader): ContentItem {
  reader.expect('[')
  const section = readSection(reader)
  reader.expect(']')
  const partial = readPartial(reader)
  const origin = partial ? `<${partial.start}>` : ''
  return {
    item: 'content',
    label: `BODY[${writeSection(section)}]${origin}`,
    section,
    partial,
    peek: word === 'BODY.PEEK',
  }
}

/** RFC 8970 §5. LAZY makes no difference: previews are prepared at delivery. */
function readPreview(reader: ImapReader): FetchItem {
  reader.skip(' (LAZY)')
  return { item: 'PREVIEW' }
}

/** RFC 3516 §7 `fetch-att`: the section is part numbers only. */
function readBinary(word: string, reader: ImapReader): ContentItem {
  const part = reader.skip('[]') ? [] : readPartNumbers(reader)
  const sized = word === 'BINARY.SIZE'
  const partial = sized ? undefined : readPartial(reader, 'to the end')
  const section: Section = { part, of: 'everything', fields: [] }
  const origin = partial ? `<${partial.start}>` : ''
  return {
    item: 'content',
    label: `${sized ? word : 'BINARY'}[${part.join('.')}]${origin}`,
    section,
    partial,
    peek: word !== 'BINARY',
    binary: sized ? 'size' : 'octets',
  }
}

function readPartNumbers(reader: ImapReader): number[] {
  reader.expect('[')
  const part = (reader.match(partNumbers)?.[0] ?? refuse('bad-syntax', 'Expected a part')).split('.').map(Number)
  if (part.length > deepest) refuse('bad-syntax', 'The part is nested too deeply')
  reader.expect(']')
  return part
}

/** RFC 3501 §9 `section-spec`, without its brackets. */
export function readSection(reader: ImapReader): Section {
  const numbers = reader.match(partNumbers)?.[0]
  const part = numbers?.split('.').map(Number) ?? []
  if (part.length > deepest) refuse('bad-syntax', 'The part is nested too deeply')
  if (reader.peek() === ']') return { part, of: 'everything', fields: [] }
  if (numbers !== undefined) reader.expect('.')
  const word = itemName(reader)
  if (word === 'HEADER.FIELDS') return { part, of: 'fields', fields: fieldNames(reader) }
  if (word === 'HEADER.FIELDS.NOT') return { part, of: 'other fields', fields: fieldNames(reader) }
  if (word === 'HEADER') return { part, of: 'header', fields: [] }
  if (word === 'TEXT') return { part, of: 'text', fields: [] }
  // RFC 3501 §9: MIME belongs to a part; a message has a HEADER.
  if (word === 'MIME' && part.length > 0) return { part, of: 'mime', fields: [] }
  return refuse('bad-syntax', `Unknown section ${word}`)
}

const fieldNames = (reader: ImapReader): string[] => reader.space().list(() => reader.astring())

/** `open`: the count may be missing, which means up to the end. ImapTest sends BINARY like this. */
function readPartial(reader: ImapReader, open?: 'to the end'): Partial | undefined {
  if (!reader.skip('<')) return undefined
  const start = reader.number()
  if (open && reader.skip('>')) return { start, count: MAX_NUMBER }
  reader.expect('.')
  const count = reader.nonZero()
  reader.expect('>')
  return { start, count }
}

const words = {
  everything: '',
  header: 'HEADER',
  text: 'TEXT',
  mime: 'MIME',
  fields: 'HEADER.FIELDS',
  'other fields': 'HEADER.FIELDS.NOT',
} as const

/** RFC 3501 §9 `section-spec`, without its brackets. */
export function writeSection({ part, of, fields }: Section): string {
  const path = [...part, ...(of === 'everything' ? [] : [words[of]])].join('.')
  return fields.length > 0 ? `${path} (${fields.map(writeFieldName).join(' ')})` : path
}

/**
 * RFC 5322 §3.6.8 allows any printable ASCII except the colon in a field name; IMAP has to quote some of it. Brackets
 * are quoted too: a client that searches for the closing bracket of the section would find the wrong one.
 */
function writeFieldName(field: string): string {
  if (/^[!#$&'+-Z^-z|}~]+$/.test(field)) return field
  return /^[\x20-\x7e]*$/.test(field) ? `"${field.replace(/["\\]/g, '\\$&')}"` : `{${field.length}}\r\n${field}`
}

function distinct(items: readonly FetchItem[]): FetchItem[] {
  const seen = new Map<string, FetchItem>()
  for (const item of items) {
    const key = item.item === 'content' ? `${item.label}${item.partial?.count ?? ''}` : item.item
    const earlier = seen.get(key)
    if (!earlier || (earlier.item === 'content' && earlier.peek)) seen.set(key, item)
  }
  return [...seen.values()]
}
