import { refuse } from '../../core/refusal.ts'
import type { ImapReader } from './reader.ts'
import { writeString } from './string.ts'

/** RFC 5464 §4.2.2: how many levels below an entry are included. */
export type MetadataDepth = 0 | 1 | 'infinity'

export interface MetadataOptions {
  readonly depth: MetadataDepth
  /** RFC 5464 §4.2.1: the client does not want longer values. */
  readonly maxSize: number | undefined
}

// Limits on the name of an entry: octets and levels.
const LONGEST_ENTRY = 255
const MOST_LEVELS = 32
/** Maximum number of entries in one command. */
const MOST_ENTRIES = 100

/** Reads RFC 5464 §5 `getmetadata-options` and the space after them, if they come next. Entries begin with a slash. */
export function readMetadataOptions(reader: ImapReader): MetadataOptions | undefined {
  let options: MetadataOptions = { depth: 0, maxSize: undefined }
  if (!reader.match(/(?=\([a-z])/iy)) return undefined
  reader.list(() => {
    const word = reader.word()
    if (word === 'MAXSIZE') options = { ...options, maxSize: reader.space().number() }
    else if (word === 'DEPTH') options = { ...options, depth: readDepth(reader.space()) }
    else refuse('bad-syntax', `Unknown option ${word}`)
  })
  reader.space()
  return options
}

function readDepth(reader: ImapReader): MetadataDepth {
  const word = reader.word()
  if (word === 'INFINITY') return 'infinity'
  return word === '0' ? 0 : word === '1' ? 1 : refuse('bad-syntax', 'DEPTH is 0, 1 or infinity')
}

/** RFC 5464 §5 `entries`: one, or several in parentheses. */
export function readEntries(reader: ImapReader, read: (reader: ImapReader) => string = readEntry): string[] {
  const entries = reader.peek() === '(' ? reader.list(() => read(reader)) : [read(reader)]
  if (entries.length > MOST_ENTRIES) refuse('too-big', 'Too many entries', { code: 'LIMIT' })
  return entries
}

/** RFC 5464 §3.2: names of entries are case-insensitive; the result is in lower case. */
export function readEntry(reader: ImapReader): string {
  const entry = readEntryOrRoot(reader)
  return entry.includes('/', 1) ? entry : refuse('bad-syntax', 'That is not the name of an entry')
}

/** Also accepts `/private` and `/shared`, the roots of all entries. */
export function readEntryOrRoot(reader: ImapReader): string {
  const entry = reader.astring().toLowerCase()
  const sound = /^\/(?:private|shared)(?:\/[!-$&-)+-.0-~]+)*$/.test(entry)
  if (!sound || entry.length > LONGEST_ENTRY || entry.split('/').length > MOST_LEVELS) {
    refuse('bad-syntax', 'That is not the name of an entry')
  }
  return entry
}

/** Reads RFC 5464 §5 `entry-values`; an entry without a value is to be removed. */
export function readEntryValues(reader: ImapReader): { entry: string; value: Buffer | undefined }[] {
  const values = reader.list(() => ({ entry: readEntry(reader), value: readValue(reader.space()) }))
  if (values.length > MOST_ENTRIES) refuse('too-big', 'Too many entries', { code: 'LIMIT' })
  return values
}

function readValue(reader: ImapReader): Buffer | undefined {
  if (reader.peek() === '~') return reader.literal8()
  const text = reader.nstring()
  return text === undefined ? undefined : Buffer.from(text, 'latin1')
}

/** An entry with its value, one character for each octet. RFC 5464 §5: a value with a NUL is a `literal8`. */
export function writeEntryValue(entry: string, value: Buffer | undefined): string {
  if (value === undefined) return `${entry} NIL`
  const octets = value.toString('latin1')
  return value.includes(0) ? `${entry} ~{${value.length}}\r\n${octets}` : `${entry} ${writeString(octets)}`
}

/** Whether `entry` is the requested one, or lies within `depth` levels below it. */
export function within(requested: string, depth: MetadataDepth, entry: string): boolean {
  if (entry === requested) return true
  if (depth === 0 || !entry.startsWith(`${requested}/`)) return false
  return depth === 'infinity' || !entry.includes('/', requested.length + 1)
}
