import type { SqlValue } from '../engine.ts'

/** Object identifiers of types whose values are not texts. */
const BOOL = 16
const BYTEA = 17
const NUMBERS: ReadonlySet<number> = new Set([20, 21, 23, 26, 700, 701, 1700])

/** Reads a value from the text that PostgreSQL sends. */
export type ParseValue = (text: string) => SqlValue

const truth: ParseValue = (text) => Number(text === 't')
const asIs: ParseValue = (text) => text

/** The format `hex` of PostgreSQL: `\x`, then two digits for each octet. */
const octets: ParseValue = (text) => {
  const { buffer, byteOffset, length } = Buffer.from(text.slice(2), 'hex')
  return new Uint8Array(buffer, byteOffset, length)
}

/** Parses results as SQLite returns them: whole numbers, 0 and 1 for a condition, Uint8Arrays for octets. */
export function parserOf(type: number): ParseValue {
  if (NUMBERS.has(type)) return Number
  if (type === BYTEA) return octets
  return type === BOOL ? truth : asIs
}
