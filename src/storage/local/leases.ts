import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import type { Leases } from '../engine.ts'

/** Milliseconds before a job that failed starts again. */
const AGAIN = 15_000

/** Leases of a store that only one process has open: it holds all of them. */
export class LocalLeases implements Leases {
  readonly #world: World
  readonly #log: Log
  readonly #ended = new AbortController()
  readonly #running = new Set<Promise<void>>()

  constructor(world: World, log: Log) {
    this.#world = world
    this.#log = log
  }

  run(name: string, job: (signal: AbortSignal) => Promise<void>): void {
    const running = this.#run(name, job).finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #run(name: string, job: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#ended
    if (signal.aborted) return
    try {
      await job(signal)
    } catch (error) {
      if (signal.aborted) return
      this.#log.error({ error, lease: name }, 'A job failed and starts again later')
      const forget = this.#world.after(AGAIN, () => this.run(name, job))
      signal.addEventListener('abort', forget, { once: true })
    }
  }

  /** Ends the jobs and waits for them. */
  async close(): Promise<void> {
    this.#ended.abort()
    await Promise.all(this.#running)
  }
}
