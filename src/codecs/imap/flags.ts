import { refuse } from '../../core/refusal.ts'
import type { ImapReader } from './reader.ts'

const systemNames = new Map(
  ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', '\\Recent'].map((name) => [name.toUpperCase(), name]),
)

/** Reads RFC 3501 §9 `flag`: a system flag in its standard spelling, or a keyword as the client wrote it. */
export function readFlag(reader: ImapReader): string {
  if (!reader.skip('\\')) return reader.atom()
  const name = `\\${reader.atom()}`
  return systemNames.get(name.toUpperCase()) ?? refuse('bad-syntax', `Unknown flag ${name}`)
}

export const readFlagList = (reader: ImapReader): string[] => reader.list(() => readFlag(reader), 0)

/** RFC 3501 §9 `store-att-flags`: a list, or flags without parentheses. */
export function readStoreFlags(reader: ImapReader): string[] {
  if (reader.peek() === '(') return readFlagList(reader)
  const flags: string[] = []
  do flags.push(readFlag(reader))
  while (reader.skip(' '))
  return flags
}

export const writeFlagList = (flags: readonly string[]): string => `(${flags.join(' ')})`
