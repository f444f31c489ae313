import type { World } from './world.ts'

/** Work that runs on a clock, whether clients ask for anything or not. */
export interface Job {
  /** Milliseconds from the start of the server, or from the moment at which it got the lease, to the first run. */
  readonly first: number
  /** The name of the lease: the job runs at one node at a time. Every node runs a job without one. */
  readonly lease?: string
  /** Runs once. Resolves to the milliseconds until the next run; it logs its own failures and never rejects. */
  run(): Promise<number>
  /** Calls `due` when the next run is due earlier than by the clock. Returns "unsubscribe". */
  watch?(due: () => void): () => void
}

/** Runs work whenever this node holds the lease of that name, until the signal aborts. */
interface Leases {
  run(name: string, job: (signal: AbortSignal) => Promise<void>): void
}

/** Runs jobs, each when it is due and never twice at a time. */
export class Jobs {
  readonly #world: World
  readonly #leases: Leases | undefined
  readonly #running = new Map<Job, Promise<void>>()
  readonly #closing = new AbortController()

  /** Without leases, this node runs all jobs. */
  constructor(world: World, leases?: Leases) {
    this.#world = world
    this.#leases = leases
  }

  start(jobs: readonly Job[]): void {
    for (const job of jobs) {
      if (job.lease === undefined || !this.#leases) this.#wait(job, job.first, this.#closing.signal)
      else this.#leases.run(job.lease, (signal) => this.#whileHeld(job, signal))
    }
  }

  /** Begins no further run. Resolves when the runs under way are done. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.settled()
  }

  /** Resolves when the runs under way are done. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  async #whileHeld(job: Job, held: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([held, this.#closing.signal])
    this.#wait(job, job.first, signal)
    await aborted(signal)
    await this.#running.get(job)
    // The lease is kept until the store closes, so that it does not pass to and fro while the server stops.
    await aborted(held)
  }

  #wait(job: Job, milliseconds: number, signal: AbortSignal): void {
    if (signal.aborted) return
    const cancel = () => {
      forget()
      unwatch?.()
      signal.removeEventListener('abort', cancel)
    }
    const due = () => {
      cancel()
      const run = job.run().then((pause) => {
        this.#running.delete(job)
        this.#wait(job, pause, signal)
      })
      this.#running.set(job, run)
    }
    const forget = this.#world.after(milliseconds, due)
    const unwatch = job.watch?.(due)
    signal.addEventListener('abort', cancel)
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
