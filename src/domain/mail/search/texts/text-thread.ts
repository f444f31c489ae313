import { Worker } from 'node:worker_threads'
import { sibling } from '../../../../core/sibling.ts'
import type { PackedColumns, ScanJob, Scanned, Stacked, TextJob } from './text-jobs.ts'

interface Waiting {
  readonly resolve: (result: PackedColumns | Scanned) => void
  readonly reject: (reason: unknown) => void
}

interface Reply {
  readonly number: number
  readonly result?: PackedColumns | Scanned
  readonly error?: unknown
}

/** A thread beside, on which texts are decoded and looked through, one job after another. */
export class TextThread {
  readonly #lost: () => void
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #jobs = 0

  /** `lost`: the thread ended, and with it all that it kept. The next job starts another. */
  constructor(lost: () => void = () => {}) {
    this.#lost = lost
  }

  packHeaders(headers: Stacked): Promise<PackedColumns> {
    return this.#run({ do: 'packHeaders', headers }, [headers.bytes.buffer]) as Promise<PackedColumns>
  }

  packBodies(messages: Stacked, structures: readonly string[]): Promise<PackedColumns> {
    const job = { do: 'packBodies', messages, structures } as const
    return this.#run(job, [messages.bytes.buffer]) as Promise<PackedColumns>
  }

  scan(job: Omit<ScanJob, 'do'>): Promise<Scanned> {
    const given = job.put.map(([, { buffer }]) => buffer)
    return this.#run({ do: 'scan', ...job }, given) as Promise<Scanned>
  }

  /** What is given away is copied for nobody. */
  #run(job: TextJob, given: readonly ArrayBuffer[]): Promise<PackedColumns | Scanned> {
    const worker = (this.#worker ??= this.#start())
    return new Promise((resolve, reject) => {
      const number = this.#jobs++
      this.#waiting.set(number, { resolve, reject })
      // A thread that waits must not keep the program alive; one that works must.
      worker.ref()
      worker.postMessage({ job, number }, given)
    })
  }

  #start(): Worker {
    const worker = new Worker(sibling('text-worker', import.meta.url))
    worker.on('message', ({ number, result, error }: Reply) => {
      const waiting = this.#waiting.get(number)!
      this.#waiting.delete(number)
      if (this.#waiting.size === 0) worker.unref()
      if (result) waiting.resolve(result)
      else waiting.reject(error)
    })
    worker.on('error', (error) => {
      this.#worker = undefined
      this.#lost()
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
    })
    return worker
  }
}
