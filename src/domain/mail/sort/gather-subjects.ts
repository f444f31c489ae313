import type { Turns } from './in-turns.ts'
import { type Forest, NOBODY, type Threadables, TURN } from './threads.ts'

/**
 * RFC 5256 §3 REFERENCES, step 5: threads with one base subject become one. `roots` are the places at the top, in the
 * order of their dates.
 */
export function* gatherSubjects(messages: Threadables, forest: Forest, roots: readonly number[]): Turns<Forest> {
  const parents = forest.parents.slice()
  const count = parents.length
  const firsts = yield* firstBelow(forest, messages)
  const subjectOf = (place: number): number => messages.subjects[place < count ? place : firsts[place - count]!]!
  const isReply = (place: number): boolean => place < count && messages.links.replies[place] === 1
  const table = subjectTable(roots, { count, subjectOf, isReply })
  yield
  /** What stands below a place that is missed has moved there. */
  const moved = new Map<number, number>()
  let places = forest.places
  for (let nth = 0; nth < roots.length; nth++) {
    if (nth % TURN === TURN - 1) yield
    const place = roots[nth]!
    const subject = subjectOf(place)
    const other = subject === 0 ? undefined : table.get(subject)
    if (other === undefined || other === place) continue
    if (other >= count) {
      if (place < count) parents[place] = other
      else moved.set(place, other)
    } else if (isReply(place) && !isReply(other)) {
      parents[place] = other
    } else {
      // Neither answers the other: both stand below something that is missed. The table prefers the earlier of equals.
      const both = places++
      parents[other] = parents[place] = both
      table.set(subject, both)
    }
  }
  yield
  if (moved.size > 0) {
    for (let message = 0; message < count; message++)
      parents[message] = moved.get(parents[message]!) ?? parents[message]!
  }
  return { parents, places }
}

/** Of each place that is missed the message below it whose date comes first, by how far behind the messages it is. */
function* firstBelow({ parents, places }: Forest, { dates }: Threadables): Turns<Int32Array> {
  const firsts = new Int32Array(places - parents.length).fill(NOBODY)
  for (let message = 0; message < parents.length; message++) {
    if (message % TURN === TURN - 1) yield
    const at = parents[message]! - parents.length
    if (at < 0) continue
    const first = firsts[at]!
    if (first === NOBODY || dates[message]! < dates[first]!) firsts[at] = message
  }
  return firsts
}

interface Looked {
  readonly count: number
  readonly subjectOf: (place: number) => number
  readonly isReply: (place: number) => boolean
}

/** What the threads with each subject are put together with: rather no message than one, rather no reply than one. */
function subjectTable(roots: readonly number[], { count, subjectOf, isReply }: Looked): Map<number, number> {
  const table = new Map<number, number>()
  for (const place of roots) {
    const subject = subjectOf(place)
    if (subject === 0) continue
    const there = table.get(subject)
    const prefers = there !== undefined && there < count && (place >= count || (isReply(there) && !isReply(place)))
    if (there === undefined || prefers) table.set(subject, place)
  }
  return table
}
