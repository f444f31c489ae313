import { nextTurn } from '../../../core/next-turn.ts'

export type Comparable = number | string

/** Values sorted at once, and merged between two turns of the event loop. */
const RUN = 2048
const TURN = 32_768

/** Places of the values in ascending order of these; of equal ones in their own order. Others get their turn in between. */
export async function sortedPlaces(values: readonly Comparable[], from = 0): Promise<Uint32Array<ArrayBuffer>> {
  let runs: Uint32Array<ArrayBuffer>[] = []
  for (let start = from; start < values.length; start += RUN) {
    const length = Math.min(RUN, values.length - start)
    runs.push(Uint32Array.from({ length }, (_, nth) => start + nth).sort((a, b) => compare(values, a, b)))
    if (runs.length % (TURN / RUN) === 0) await nextTurn()
  }
  while (runs.length > 1) {
    const longer: Uint32Array<ArrayBuffer>[] = []
    for (let at = 0; at < runs.length; at += 2) longer.push(await mergedPlaces(values, runs[at]!, runs[at + 1]))
    runs = longer
  }
  return runs[0] ?? new Uint32Array(0)
}

/** Both in one, each being sorted; those of `later` are larger numbers. */
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
    if (at % TURN === TURN - 1) await nextTurn()
    const takesEarlier =
      other === later.length || (one < earlier.length && compare(values, earlier[one]!, later[other]!) < 0)
    merged[at] = takesEarlier ? earlier[one++]! : later[other++]!
  }
  return merged
}

/** For each place how many different values are smaller; and how many there are. */
export async function ranksOf(
  values: readonly Comparable[],
  sorted: Uint32Array,
): Promise<{ ranks: Uint32Array<ArrayBuffer>; different: number }> {
  const ranks = new Uint32Array(values.length)
  let rank = 0
  for (let at = 0; at < sorted.length; at++) {
    if (at % TURN === TURN - 1) await nextTurn()
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
