import { refuse } from '../../core/refusal.ts'
import type { ImapReader } from './reader.ts'

/** RFC 3501 §9 `seq-number`: `*` is the largest number in use. */
export type SetNumber = number | '*'
/** Includes both ends, which may be in either order. */
export type SetRange = readonly [SetNumber, SetNumber]
/** RFC 3501 §9 `sequence-set`, as the client wrote it. */
export type SequenceSet = readonly SetRange[]
/** Includes both ends, the smaller first. */
export type NumberRange = readonly [number, number]

/** RFC 5182 §2.1: `$` is the saved result of the last search. */
export type MessageSet = SequenceSet | '$'

export const readMessageSet = (reader: ImapReader): MessageSet => (reader.skip('$') ? '$' : readSequenceSet(reader))

export function readSequenceSet(reader: ImapReader): SequenceSet {
  const set: SetRange[] = []
  do {
    const from = setNumber(reader)
    set.push([from, reader.skip(':') ? setNumber(reader) : from])
  } while (reader.skip(','))
  return set
}

const setNumber = (reader: ImapReader): SetNumber => (reader.skip('*') ? '*' : reader.nonZero())

export const writeSequenceSet = (set: SequenceSet): string =>
  set.map(([from, to]) => (from === to ? `${from}` : `${from}:${to}`)).join(',')

/**
 * The numbers in the set, as ascending ranges that neither overlap nor touch. `largest`: the value of `*`, 0 if no
 * number is in use. RFC 3501 §9: `n:*` includes the largest number even if `n` is larger.
 */
export function resolveSet(set: SequenceSet, largest: number): NumberRange[] {
  const ranges = set
    .filter((range) => largest > 0 || !range.includes('*'))
    .map((range) => range.map((end) => (end === '*' ? largest : end)))
    .map(([from, to]): NumberRange => [Math.min(from!, to!), Math.max(from!, to!)])
    .sort((one, other) => one[0] - other[0])
  return joined(ranges)
}

function joined(ascending: readonly NumberRange[]): NumberRange[] {
  const result: NumberRange[] = []
  for (const [from, to] of ascending) {
    const last = result[result.length - 1]
    if (last && from <= last[1] + 1) result[result.length - 1] = [last[0], Math.max(last[1], to)]
    else result.push([from, to])
  }
  return result
}

/**
 * The items whose number lies in one of the ranges. Items are sorted by their number; the ranges ascend and do not
 * overlap.
 */
export function inRanges<T>(items: readonly T[], ranges: readonly NumberRange[], numberOf: (item: T) => number): T[] {
  let at = 0
  return items.filter((item) => {
    const number = numberOf(item)
    while (at < ranges.length && ranges[at]![1] < number) at += 1
    return at < ranges.length && ranges[at]![0] <= number
  })
}

/** Writes ascending numbers as the shortest set: runs become ranges. */
export function compactSet(ascending: readonly number[]): string {
  const parts: string[] = []
  for (let at = 0; at < ascending.length;) {
    const first = ascending[at]!
    let last = first
    while (ascending[++at] === last + 1) last += 1
    parts.push(first === last ? `${first}` : `${first}:${last}`)
  }
  return parts.length > 0 ? parts.join(',') : refuse('bad-syntax', 'An empty set cannot be written')
}
