import type { World } from './world.ts'

/** Work that runs on a clock, whether clients ask for anything or not. */
export interface Job {
  /** Milliseconds from the start of the server to the first run. */
  readonly first: number
  /** Runs once. Resolves to the milliseconds until the next run; it logs its own failures and never rejects. */
  run(): Promise<number>
}

/** Runs jobs, each when it is due and never twice at a time. */
export class Jobs {
  readonly #world: World
  readonly #running = new Map<Job, Promise<void>>()
  readonly #waiting = new Map<Job, () => void>()
  #closed = false

  constructor(world: World) {
    this.#world = world
  }

  start(jobs: readonly Job[]): void {
    for (const job of jobs) this.#wait(job, job.first)
  }

  /** Begins no further run. Resolves when the runs under way are done. */
  async close(): Promise<void> {
    this.#closed = true
    for (const cancel of this.#waiting.values()) cancel()
    this.#waiting.clear()
    await Promise.all(this.#running.values())
  }

  /** Resolves when the runs under way are done. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  #wait(job: Job, milliseconds: number): void {
    if (this.#closed) return
    this.#waiting.set(
      job,
      this.#world.after(milliseconds, () => {
        this.#waiting.delete(job)
        const run = job.run().then((pause) => {
          this.#running.delete(job)
          this.#wait(job, pause)
        })
        this.#running.set(job, run)
      }),
    )
  }
}
