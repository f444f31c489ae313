import { once } from 'node:events'
import type { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import type { Log } from '../../core/log.ts'
import { sibling } from '../../core/sibling.ts'
import type { CheckpointMode, CheckpointReport } from './checkpoint-worker.ts'

/**
 * The number of frames (pages) in the WAL from which on it is copied into the database, and the number at which writers
 * wait for the copy.
 */
export interface WalBounds {
  readonly soft: number
  readonly hard: number
}

export const walBounds: WalBounds = { soft: 2_000, hard: 16_000 }

/**
 * Keeps the WAL short on a thread of its own. First it copies frames while others write. The small rest is copied
 * between two groups of writes, so that the WAL can restart.
 */
export class Checkpointer {
  readonly #path: string
  readonly #log: Log
  readonly #bounds: WalBounds
  readonly #frames
  #worker: Worker | undefined
  #copying: Promise<void> | undefined
  #copied = false
  /** The number of frames at which the next attempt is made. */
  #due: number

  constructor(path: string, database: DatabaseSync, log: Log, bounds: WalBounds) {
    this.#path = path
    this.#log = log
    this.#bounds = bounds
    this.#due = bounds.soft
    this.#frames = database.prepare('pragma wal_checkpoint(noop)')
  }

  /** Called between two groups of writes. `alone` runs a function while no connection of this process holds the WAL. */
  async between(alone: (work: () => Promise<void>) => Promise<void>): Promise<void> {
    const frames = this.#length()
    if (frames < this.#due) return
    if (!this.#copied) {
      this.#copying ??= this.#copy()
      if (frames < this.#bounds.hard) return
      await this.#copying
    }
    this.#copied = false
    await alone(async () => {
      if (await this.#ask('restart')) this.#due = this.#bounds.soft
      else this.#postpone()
    })
  }

  /** Copies everything and empties the WAL, if a worker was started. */
  async close(): Promise<void> {
    await this.#copying
    const worker = this.#worker
    if (!worker) return
    await this.#ask('truncate')
    // The worker may have failed and ended.
    if (worker !== this.#worker) return
    const ended = once(worker, 'exit')
    worker.ref()
    worker.postMessage('close', [])
    await ended
  }

  async #copy(): Promise<void> {
    this.#copied = await this.#ask('passive')
    if (!this.#copied) this.#postpone()
    this.#copying = undefined
  }

  /** Waits for more frames before the next attempt, because an immediate one would fail too. */
  #postpone(): void {
    this.#due = this.#length() + this.#bounds.soft
  }

  async #ask(mode: CheckpointMode): Promise<boolean> {
    const worker = (this.#worker ??= this.#start())
    // An idle thread must not keep the program alive; a busy one must.
    worker.ref()
    try {
      worker.postMessage(mode, [])
      const [report] = (await once(worker, 'message')) as [CheckpointReport]
      if ('error' in report) throw new Error(report.error)
      return report.ok
    } catch (error) {
      this.#log.warn({ error, mode }, 'The database could not be checkpointed')
      return false
    } finally {
      worker.unref()
    }
  }

  #start(): Worker {
    const worker = new Worker(sibling('checkpoint-worker', import.meta.url), { workerData: this.#path })
    worker.on('error', () => (this.#worker = undefined))
    return worker
  }

  #length(): number {
    return (this.#frames.get() as { log: number }).log
  }
}
