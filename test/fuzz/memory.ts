import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** The part of the samples during which caches fill and code is compiled. */
const WARM_UP = 1 / 4
/** Percent by which memory may grow after the warm-up. */
export const MOST_GROWTH = 5

/** Octets after a forced garbage collection. */
export interface Sample {
  readonly seconds: number
  /** Resident memory of the process. */
  readonly resident: number
  /** Reachable memory: the heap, and buffers outside of it. */
  readonly reachable: number
}

export interface Growth {
  readonly what: 'resident' | 'reachable'
  readonly before: number
  readonly after: number
  readonly percent: number
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Collects garbage, and looks at what is left. */
export function sampled(seconds: number): Sample {
  collect()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { seconds: Math.round(seconds), resident: rss, reachable: heapUsed + external }
}

/** From the first third of the samples after the warm-up to the last third, by their medians. */
export function growthOf(samples: readonly Sample[]): readonly Growth[] {
  const steady = samples.slice(Math.floor(samples.length * WARM_UP))
  const third = Math.ceil(steady.length / 3)
  return (['resident', 'reachable'] as const).map((what) => {
    const before = median(steady.slice(0, third).map((it) => it[what]))
    const after = median(steady.slice(-third).map((it) => it[what]))
    return { what, before, after, percent: (100 * (after - before)) / before }
  })
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

export const megabytes = (octets: number): string => (octets / 1024 ** 2).toFixed(1)
