import { refuse } from '../../core/refusal.ts'
import type { Reader } from './reader.ts'
import { compactSet } from './sequence-set.ts'

/** RFC 4731 §3.1, RFC 5182 §2.1: what a client wants to know about what was found. */
export interface ReturnOptions {
  readonly min: boolean
  readonly max: boolean
  readonly all: boolean
  readonly count: boolean
  /** What was found becomes `$`. */
  readonly save: boolean
}

const names = ['MIN', 'MAX', 'ALL', 'COUNT', 'SAVE'] as const

/** `RETURN (…)` with the space after it, if that is next. */
export function readReturn(reader: Reader): ReturnOptions | undefined {
  if (!reader.skip('RETURN (')) return undefined
  const asked = new Set<string>()
  if (!reader.skip(')')) {
    do asked.add(readOption(reader))
    while (reader.skip(' '))
    reader.expect(')')
  }
  reader.space()
  // RFC 4731 §3.1: nothing in the parentheses stands for ALL.
  if (asked.size === 0) asked.add('ALL')
  const [min, max, all, count, save] = names.map((name) => asked.has(name)) as [
    boolean,
    boolean,
    boolean,
    boolean,
    boolean,
  ]
  return { min, max, all, count, save }
}

function readOption(reader: Reader): string {
  const word = reader.word()
  return names.find((name) => name === word) ?? refuse('bad-syntax', `There is no return option ${word}`)
}

/** What an ESEARCH response says: its numbers in the order of the result. */
export interface Found {
  readonly tag: string
  readonly uid: boolean
  readonly numbers: readonly number[]
  /** RFC 7162 §3.1.5: only where the search asked about mod-sequences. */
  readonly modSeq?: number | undefined
}

/** RFC 4731 §3.1 `ESEARCH`. Nothing is said about the numbers of what was not found. */
export function writeEsearch(asked: ReturnOptions, { tag, uid, numbers, modSeq }: Found): string {
  const parts = [`* ESEARCH (TAG "${tag}")`]
  if (uid) parts.push('UID')
  if (numbers.length > 0) {
    if (asked.min) parts.push(`MIN ${numbers[0]}`)
    if (asked.max) parts.push(`MAX ${numbers[numbers.length - 1]}`)
    if (asked.all) parts.push(`ALL ${compactSet(numbers)}`)
  }
  if (asked.count) parts.push(`COUNT ${numbers.length}`)
  if (modSeq !== undefined && numbers.length > 0) parts.push(`MODSEQ ${modSeq}`)
  return `${parts.join(' ')}\r\n`
}

/**
 * Those of the results that the answer speaks of. RFC 5182 §2.4: they are what is saved; RFC 7162 §3.1.10: they are what
 * the answer's mod-sequence is about.
 */
export function spokenOf<T>(asked: ReturnOptions, results: readonly T[]): readonly T[] {
  if (asked.all || asked.count || (!asked.min && !asked.max) || results.length < 2) return results
  return [...(asked.min ? [results[0]!] : []), ...(asked.max ? [results[results.length - 1]!] : [])]
}
