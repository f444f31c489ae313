import { asBuffer, trimBlanks } from './octets.ts'

const TAB = 0x09
const LF = 0x0a
const SPACE = 0x20
const COLON = 0x3a
const DELETE = 0x7f
const LONGEST_VALUE = 1024 * 1024

/** A header field and where it lies; offsets count octets from the start of the bytes that were read. */
export interface HeaderField {
  /** As written, without the colon and what blanks stand before it (RFC 5322 §4.5). */
  readonly name: string
  readonly start: number
  /** After the colon. */
  readonly valueStart: number
  /** Exclusive; after the last line break of the field. */
  readonly end: number
}

/**
 * The fields between two offsets, in order, at most `limit` of them. Lines that are no field, such as an mbox
 * separator, are passed over with their continuations.
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

/** The field's value unfolded and without blanks around it, as octets: RFC 5322 §2.2.3. Its first megabyte, if it is longer. */
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
