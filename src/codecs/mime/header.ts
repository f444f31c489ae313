const TAB = 0x09
const LF = 0x0a
const SPACE = 0x20
const COLON = 0x3a
const DELETE = 0x7f
const LONGEST_VALUE = 1024 * 1024

/** A header field and its position. Offsets are in octets from the start of the bytes. */
export interface HeaderField {
  /** The name as written, without the colon and the blanks before it (RFC 5322 §4.5). */
  readonly name: string
  readonly start: number
  /** The position after the colon. */
  readonly valueStart: number
  /** The position after the last line break of the field. */
  readonly end: number
}

/**
 * Reads the fields between two offsets, in order, at most `limit`. Skips lines that are not a field, such as an mbox
 * separator, with their continuations.
 */
export function readHeader(bytes: Uint8Array, start: number, end: number, limit: number): HeaderField[] {
  const buffer = asBuffer(bytes)
  const fields: HeaderField[] = []
  for (let at = start; at < end && fields.length < limit;) {
    const next = fieldEnd(buffer, at, end)
    const field = readField(buffer, at, next)
    if (field) fields.push(field)
    at = next
  }
  return fields
}

/**
 * RFC 5322 §2.2.3: the value of a field as octets, unfolded and without surrounding blanks; at most its first megabyte.
 */
export function fieldText(bytes: Uint8Array, field: HeaderField): string {
  const end = Math.min(field.end, field.valueStart + LONGEST_VALUE)
  const raw = asBuffer(bytes).toString('latin1', field.valueStart, end)
  const unfolded = raw.includes('\n') ? raw.replace(/\r?\n(?=[ \t])/g, '') : raw
  return trimBlanks(unfolded)
}

function fieldEnd(bytes: Buffer, start: number, end: number): number {
  let next = start
  do {
    const lineEnd = bytes.indexOf(LF, next)
    next = lineEnd < 0 || lineEnd >= end ? end : lineEnd + 1
  } while (next < end && isFolding(bytes[next]!))
  return next
}

function readField(bytes: Buffer, start: number, end: number): HeaderField | undefined {
  let nameEnd = start
  while (nameEnd < end && bytes[nameEnd]! > SPACE && bytes[nameEnd]! < DELETE && bytes[nameEnd] !== COLON) nameEnd++
  let colon = nameEnd
  while (colon < end && isFolding(bytes[colon]!)) colon++
  if (nameEnd === start || bytes[colon] !== COLON || colon >= end) return undefined
  return { name: bytes.toString('latin1', start, nameEnd), start, valueStart: colon + 1, end }
}

const isFolding = (octet: number): boolean => octet === SPACE || octet === TAB

/** Converts only A to Z to lower case: other octets may be part of a longer character. */
export const lowerAscii = (octets: string): string => octets.replace(/[A-Z]+/g, (run) => run.toLowerCase())

/**
 * Space, tab, CR and LF. Other blanks of JavaScript may be part of a character: "à" ends in 0xA0 in UTF-8.
 */
export const isBlank = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a

export function trimBlanks(octets: string): string {
  let start = 0
  while (isBlank(octets.charCodeAt(start))) start++
  return trimBlanksEnd(octets.slice(start))
}

export function trimBlanksEnd(octets: string): string {
  let end = octets.length
  while (end > 0 && isBlank(octets.charCodeAt(end - 1))) end--
  return octets.slice(0, end)
}

/** A Buffer over the same memory. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
