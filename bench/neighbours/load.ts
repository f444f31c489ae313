import { setTimeout as pause } from 'node:timers/promises'
import type { Work } from '../measure/measure.ts'

/** Runs a job and keeps how long it took, under a name that several visits may share. */
export type Timed = <T>(kind: string, job: () => Promise<T>) => Promise<T>

/** The operations of one visit of a well-behaved program. */
export interface Visit {
  readonly perSecond: number
  run(timed: Timed, round: number): Promise<void>
}

/**
 * Visits that begin at fixed times, whether earlier ones have ended or not: a slow server gets no less to do. A visit
 * that fails is a refusal of the operation that failed; it is not tried again.
 */
export async function load(visits: readonly Visit[], seconds: number): Promise<Work> {
  const kinds: Record<string, number[]> = {}
  const refusals: Record<string, number> = {}
  const refused = (what: string) => (refusals[what] = (refusals[what] ?? 0) + 1)
  const timed: Timed = async (kind, job) => {
    const from = performance.now()
    try {
      return await job()
    } catch (thrown) {
      refused(`${kind}: ${(thrown as Error).message.slice(0, 120)}`)
      throw thrown
    } finally {
      ;(kinds[kind] ??= []).push(performance.now() - from)
    }
  }
  const end = performance.now() + seconds * 1000
  const under = visits.map(async (visit, index) => {
    const begun: Promise<unknown>[] = []
    const period = 1000 / visit.perSecond
    const first = performance.now() + (period * index) / visits.length
    for (let round = 0; first + round * period < end; round += 1) {
      await pause(Math.max(0, first + round * period - performance.now()))
      begun.push(visit.run(timed, round).catch(() => undefined))
    }
    await Promise.all(begun)
  })
  await Promise.all(under)
  const latencies = Object.values(kinds).flat()
  return { operations: latencies.length, latencies, kinds, refusals }
}
