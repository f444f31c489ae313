import { refuse } from '../../core/refusal.ts'
import { MAX_NUMBER, type Reader } from './reader.ts'

/** RFC 9394 §3.1: places of results, the nearer end first; counted from 1, or from -1 backwards from the last. */
export interface PartialRange {
  readonly first: number
  readonly last: number
}

const shape = /(-?)([1-9]\d{0,9}):(-?)([1-9]\d{0,9})/y

export function readPartialRange(reader: Reader): PartialRange {
  const [, sign, one, otherSign, other] = reader.match(shape) ?? refuse('bad-syntax', 'Expected a range')
  const ends = [Number(one), Number(other)].sort((a, b) => a - b) as [number, number]
  // RFC 9394 §4: both count from the same end.
  if (sign !== otherSign || ends[1] > MAX_NUMBER) refuse('bad-syntax', 'Expected a range')
  const [first, last] = sign === '-' ? ([-ends[0], -ends[1]] as const) : ends
  return { first, last }
}

export const writePartialRange = ({ first, last }: PartialRange): string => `${first}:${last}`

/** Those of the results that lie in the range, in their order. */
export const partOf = <T>(results: readonly T[], { first, last }: PartialRange): readonly T[] =>
  first > 0
    ? results.slice(first - 1, last)
    : results.slice(Math.max(results.length + last, 0), results.length + first + 1)
