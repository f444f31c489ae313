import type { Thread } from '../types.ts'
import type { Turns } from './in-turns.ts'
import { byDate, grown, NOBODY, type Threadables, tops, TURN } from './threads.ts'

/** RFC 5256 §3 ORDEREDSUBJECT: messages with one subject, the earliest of which has the others as its children. */
export function* orderedSubject(messages: Threadables): Turns<readonly Thread[]> {
  const order = yield* byDate(messages.dates)
  const parents = new Int32Array(order.length).fill(NOBODY)
  const firsts = new Map<number, number>()
  for (let nth = 0; nth < order.length; nth++) {
    if (nth % TURN === TURN - 1) yield
    const message = order[nth]!
    const subject = messages.subjects[message]!
    const first = firsts.get(subject)
    if (first === undefined) firsts.set(subject, message)
    else parents[message] = first
  }
  const forest = { parents, places: order.length }
  return yield* grown(messages, forest, order, yield* tops(forest, order))
}
