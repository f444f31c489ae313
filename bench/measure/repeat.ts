import type { Work } from './measure.ts'

/** Runs `count` jobs at the same time. */
export const together = <T>(count: number, job: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => job(index)))

/** Milliseconds that a job takes. */
export async function timed(job: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await job()
  return performance.now() - from
}

/** Repeats an operation for some seconds in several lanes, at least once in each; it resolves to its milliseconds. */
export async function repeated(
  { lanes, seconds }: { lanes: number; seconds: number },
  operation: (lane: number, round: number) => Promise<number>,
): Promise<{ operations: number; latencies: number[] }> {
  const latencies: number[] = []
  const end = performance.now() + seconds * 1000
  await together(lanes, async (lane) => {
    let round = 0
    do {
      latencies.push(await operation(lane, round))
      round += 1
    } while (performance.now() < end)
  })
  return { operations: latencies.length, latencies } satisfies Work
}
