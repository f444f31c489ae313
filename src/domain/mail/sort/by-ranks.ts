import type { Turns } from './in-turns.ts'

/** Ranks that are looked up, or put in order, between two turns of the event loop. */
const TURN = 32_768

/** The rank of each thing that is sorted, by one key. */
export interface Key {
  readonly ranks: Uint32Array
  /** Ranks are smaller than this. */
  readonly different: number
  readonly reverse: boolean
}

/** Numbers below `count` in the order of the keys, the first of which counts most; equal ones in their own order (RFC 5256 §3). */
export function* byRanks(count: number, keys: readonly Key[]): Turns<Uint32Array<ArrayBuffer>> {
  let order = Uint32Array.from({ length: count }, (_, nth) => nth)
  // Each pass leaves equal ones as they were, so the key that counts most comes last.
  for (const key of keys.toReversed()) order = yield* pass(order, key)
  return order
}

function* pass(order: Uint32Array<ArrayBuffer>, key: Key): Turns<Uint32Array<ArrayBuffer>> {
  const { ranks, different, reverse } = key
  const rank = (each: number): number => (reverse ? different - 1 - ranks[each]! : ranks[each]!)
  if (order.length * 8 < different) return few(order, rank)
  const starts = new Uint32Array(different + 1)
  for (let at = 0; at < order.length; at++) {
    if (at % TURN === TURN - 1) yield
    starts[rank(order[at]!) + 1]! += 1
  }
  for (let at = 1; at <= different; at++) starts[at]! += starts[at - 1]!
  const next = new Uint32Array(order.length)
  for (let at = 0; at < order.length; at++) {
    if (at % TURN === TURN - 1) yield
    const each = order[at]!
    next[starts[rank(each)]!++] = each
  }
  return next
}

/** Without a look at ranks that none of them has. */
const few = (order: Uint32Array<ArrayBuffer>, rank: (each: number) => number): Uint32Array<ArrayBuffer> =>
  Uint32Array.from(Array.from(order).sort((one, other) => rank(one) - rank(other)))
