import { refuse } from '../../core/refusal.ts'
import type { ImapReader } from './reader.ts'
import { writeString } from './string.ts'

/** RFC 5464 §4.2.2: how far below an entry others are asked for too. */
export type MetadataDepth = 0 | 1 | 'infinity'

export interface MetadataOptions {
  readonly depth: MetadataDepth
  /** RFC 5464 §4.2.1: longer values are not wanted. */
  readonly maxSize: number | undefined
}

/** Octets of an entry's name, and levels of it. */
const LONGEST_ENTRY = 255
const MOST_LEVELS = 32
/** Entries of one command. */
const MOST_ENTRIES = 100

/** RFC 5464 §5 `getmetadata-options`, with the space after them, if they are next; entries begin with a slash. */
export function readMetadataOptions(reader: ImapReader): MetadataOptions | undefined {
  let options: MetadataOptions = { depth: 0, maxSize: undefined }
  if (!reader.match(/(?=\([a-z])/iy)) return undefined
  reader.list(() => {
    const word = reader.word()
    if (word === 'MAXSIZE') options = { ...options, maxSize: reader.space().number() }
    else if (word === 'DEPTH') options = { ...options, depth: readDepth(reader.space()) }
    else refuse('bad-syntax', `There is no option ${word}`)
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

/** RFC 5464 §3.2: names compare without regard to case, and are handed out in lower case. */
export function readEntry(reader: ImapReader): string {
  const entry = readEntryOrRoot(reader)
  return entry.includes('/', 1) ? entry : refuse('bad-syntax', 'That is not the name of an entry')
}

/** Likewise, or what all private or all shared entries are below. */
export function readEntryOrRoot(reader: ImapReader): string {
  const entry = reader.astring().toLowerCase()
  const sound = /^\/(?:private|shared)(?:\/[!-$&-)+-.0-~]+)*$/.test(entry)
  if (!sound || entry.length > LONGEST_ENTRY || entry.split('/').length > MOST_LEVELS) {
    refuse('bad-syntax', 'That is not the name of an entry')
  }
  return entry
}

/** RFC 5464 §5 `entry-values`; without a value where the entry is to be removed. */
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

/** An entry with its value, as octets, one character each. RFC 5464 §5: what no string can carry is a `literal8`. */
export function writeEntryValue(entry: string, value: Buffer | undefined): string {
  if (value === undefined) return `${entry} NIL`
  const octets = value.toString('latin1')
  return value.includes(0) ? `${entry} ~{${value.length}}\r\n${octets}` : `${entry} ${writeString(octets)}`
}

/** Whether an entry is the one that was asked for, or so far below it. */
export function within(asked: string, depth: MetadataDepth, entry: string): boolean {
  if (entry === asked) return true
  if (depth === 0 || !entry.startsWith(`${asked}/`)) return false
  return depth === 'infinity' || !entry.includes('/', asked.length + 1)
}
