import { Worker } from 'node:worker_threads'
import type { Reply, Request } from './thread-jobs.ts'

interface Waiting<Result> {
  readonly resolve: (result: Result) => void
  readonly reject: (reason: unknown) => void
}

/** A thread beside, that does one job after another. It is started when there is the first. */
export class Thread<Job, Result> {
  readonly #file: URL
  readonly #lost: () => void
  readonly #waiting = new Map<number, Waiting<Result>>()
  #worker: Worker | undefined
  #jobs = 0
  #isUp = false

  /** `lost`: the thread ended, and with it all that it kept. The next job starts another. */
  constructor(file: URL, lost: () => void = () => {}) {
    this.#file = file
    this.#lost = lost
  }

  /** Whether it runs by now: to start takes some time. */
  get isUp(): boolean {
    return this.#isUp
  }

  /** Lets it start, if it has not. */
  wake(): void {
    this.#worker ??= this.#start()
  }

  /** Jobs that are not done. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** What is `given` to the thread is not copied, and gone here. */
  run(job: Job, given: readonly ArrayBuffer[]): Promise<Result> {
    const worker = (this.#worker ??= this.#start())
    return new Promise((resolve, reject) => {
      const number = this.#jobs++
      this.#waiting.set(number, { resolve, reject })
      // A thread that waits must not keep the program alive; one that works must.
      worker.ref()
      worker.postMessage({ number, job } satisfies Request<Job>, given)
    })
  }

  #start(): Worker {
    const worker = new Worker(this.#file)
    worker.unref()
    worker.on('message', (reply: Reply<Result>) => {
      if (reply === 'ready') {
        this.#isUp = true
        return
      }
      const waiting = this.#waiting.get(reply.number)
      this.#waiting.delete(reply.number)
      if (this.#waiting.size === 0) worker.unref()
      if ('result' in reply) waiting?.resolve(reply.result)
      else waiting?.reject(reply.error)
    })
    worker.on('error', (error) => {
      this.#worker = undefined
      this.#isUp = false
      this.#lost()
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
    })
    return worker
  }
}
