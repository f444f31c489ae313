import type { Statement } from '../../storage/engine.ts'
import { runEnd } from './uids.ts'

/** The most numbers of a statement by default: other writes wait until it is done. */
const MOST = 1024
/** Runs of at least this length become a range. */
const LONG_RUN = 16
/**
 * Numbers of an `in (…)`: few sizes, so that few statements are prepared. The last number is repeated to fill one up.
 */
const sizes = [1, 8, 64, 512]

/**
 * Statements that together cover ascending `numbers`, at most `most` each. `head` ends in the column to compare, as in
 * `sql\`select … where folder = ${folder} and uid\``; `tail` follows the comparison.
 */
export function uidStatements(head: Statement, numbers: readonly number[], tail = '', most = MOST): Statement[] {
  const statements: Statement[] = []
  let scattered: number[] = []
  for (let start = 0; start < numbers.length;) {
    const end = Math.min(runEnd(numbers, start), start + most)
    if (end - start >= LONG_RUN) {
      statements.push(extended(head, [' between ', ' and ', tail], [numbers[start]!, numbers[end - 1]!]))
    } else {
      for (let at = start; at < end; at++) scattered.push(numbers[at]!)
      if (scattered.length >= Math.min(most, sizes.at(-1)!) - LONG_RUN) {
        statements.push(inList(head, scattered, tail))
        scattered = []
      }
    }
    start = end
  }
  if (scattered.length > 0) statements.push(inList(head, scattered, tail))
  return statements
}

function inList(head: Statement, numbers: readonly number[], tail: string): Statement {
  const size = sizes.find((size) => size >= numbers.length)!
  const last = numbers.at(-1)!
  const filled = Array.from({ length: size }, (_, at) => numbers[at] ?? last)
  const commas = Array.from<string>({ length: size - 1 }).fill(',')
  return extended(head, [' in (', ...commas, `)${tail}`], filled)
}

/** `head` with more text and values: one more part than there are values. */
function extended(head: Statement, parts: readonly string[], args: readonly number[]): Statement {
  return {
    parts: [...head.parts.slice(0, -1), head.parts.at(-1)! + parts[0]!, ...parts.slice(1)],
    args: [...head.args, ...args],
  }
}
