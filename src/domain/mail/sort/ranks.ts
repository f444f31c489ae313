import { yieldToEventLoop } from '../../../core/concurrency.ts'

export type Comparable = number | string

/** Work in steps. Other work runs between two steps. */
export type Steps<T> = Generator<void, T>

/** Values that are sorted at once, and values that are merged between two turns of the event loop. */
const RUN = 2048
const STEP = 32_768

/** Sorts the positions of values by value; equal values keep their order. Other work runs in between. */
export async function sortedPlaces(values: readonly Comparable[], from = 0): Promise<Uint32Array<ArrayBuffer>> {
  let runs: Uint32Array<ArrayBuffer>[] = []
  for (let start = from; start < values.length; start += RUN) {
    const length = Math.min(RUN, values.length - start)
    runs.push(Uint32Array.from({ length }, (_, nth) => start + nth).sort((a, b) => compare(values, a, b)))
    if (runs.length % (STEP / RUN) === 0) await yieldToEventLoop()
  }
  while (runs.length > 1) {
    const longer: Uint32Array<ArrayBuffer>[] = []
    for (let at = 0; at < runs.length; at += 2) longer.push(await mergedPlaces(values, runs[at]!, runs[at + 1]))
    runs = longer
  }
  return runs[0] ?? new Uint32Array(0)
}

/** Merges two sorted lists of positions. Those of `later` are larger. */
export async function mergedPlaces(
  values: readonly Comparable[],
  earlier: Uint32Array<ArrayBuffer>,
  later: Uint32Array<ArrayBuffer> = new Uint32Array(0),
): Promise<Uint32Array<ArrayBuffer>> {
  if (later.length === 0) return earlier
  if (earlier.length === 0) return later
  const merged = new Uint32Array(earlier.length + later.length)
  let [one, other] = [0, 0]
  for (let at = 0; at < merged.length; at++) {
    if (at % STEP === STEP - 1) await yieldToEventLoop()
    const takesEarlier =
      other === later.length || (one < earlier.length && compare(values, earlier[one]!, later[other]!) < 0)
    merged[at] = takesEarlier ? earlier[one++]! : later[other++]!
  }
  return merged
}

/** The rank of each position: the number of different smaller values. Also returns the number of different values. */
export async function ranksOf(
  values: readonly Comparable[],
  sorted: Uint32Array,
): Promise<{ ranks: Uint32Array<ArrayBuffer>; different: number }> {
  const ranks = new Uint32Array(values.length)
  let rank = 0
  for (let at = 0; at < sorted.length; at++) {
    if (at % STEP === STEP - 1) await yieldToEventLoop()
    const place = sorted[at]!
    if (at > 0 && values[place] !== values[sorted[at - 1]!]) rank += 1
    ranks[place] = rank
  }
  return { ranks, different: sorted.length > 0 ? rank + 1 : 0 }
}

function compare(values: readonly Comparable[], a: number, b: number): number {
  const [one, other] = [values[a]!, values[b]!]
  return one < other ? -1 : one > other ? 1 : a - b
}

/** The ranks of all sorted elements by one key. */
export interface Key {
  readonly ranks: Uint32Array
  /** All ranks are smaller. */
  readonly different: number
  readonly reverse: boolean
}

/**
 * The numbers below `count`, sorted by the keys, the first of which is the most significant. Equal ones keep their
 * order (RFC 5256 §3).
 */
export function* byRanks(count: number, keys: readonly Key[]): Steps<Uint32Array<ArrayBuffer>> {
  let order = Uint32Array.from({ length: count }, (_, nth) => nth)
  // Each pass is stable, so the most significant key comes last.
  for (const key of keys.toReversed()) order = yield* pass(order, key)
  return order
}

function* pass(order: Uint32Array<ArrayBuffer>, key: Key): Steps<Uint32Array<ArrayBuffer>> {
  const { ranks, different, reverse } = key
  const rank = (each: number): number => (reverse ? different - 1 - ranks[each]! : ranks[each]!)
  if (order.length * 8 < different) return few(order, rank)
  const starts = new Uint32Array(different + 1)
  for (let at = 0; at < order.length; at++) {
    if (at % STEP === STEP - 1) yield
    starts[rank(order[at]!) + 1]! += 1
  }
  for (let at = 1; at <= different; at++) starts[at]! += starts[at - 1]!
  const next = new Uint32Array(order.length)
  for (let at = 0; at < order.length; at++) {
    if (at % STEP === STEP - 1) yield
    const each = order[at]!
    next[starts[rank(each)]!++] = each
  }
  return next
}

/** Sorts without a counter for each rank. */
const few = (order: Uint32Array<ArrayBuffer>, rank: (each: number) => number): Uint32Array<ArrayBuffer> =>
  Uint32Array.from(Array.from(order).sort((one, other) => rank(one) - rank(other)))

/** Runs work in steps. Rejects with the reason of `signal` when it is aborted. */
export async function runInSteps<T>(work: Steps<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    await yieldToEventLoop()
    signal?.throwIfAborted()
  }
}
