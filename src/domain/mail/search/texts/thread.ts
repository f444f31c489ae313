import { readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import path from 'node:path'
import { parentPort, Worker } from 'node:worker_threads'
import type { World } from '../../../../core/world.ts'

interface Waiting<Result> {
  readonly resolve: (result: Result) => void
  readonly reject: (reason: unknown) => void
}

/** A job to do instead if the signal is aborted before the job starts. */
export interface CallOff<Job> {
  readonly signal: AbortSignal | undefined
  readonly instead: Job
}

interface Queued<Job> extends WorkerRequest<Job> {
  readonly given: readonly ArrayBuffer[]
  readonly callOff: CallOff<Job> | undefined
}

/** A job on its way to the thread, and the reply. */
interface WorkerRequest<Job> {
  readonly number: number
  readonly job: Job
}
type WorkerReply<Result> =
  | 'ready'
  | { readonly number: number; readonly result: Result }
  | { readonly number: number; readonly error: unknown }

/** Jobs that are posted to the thread: the current one and the next. Others can still be cancelled. */
const POSTED = 2

/** Options of a worker thread. */
interface WorkerOptions {
  /** Called when the thread ended, with everything that it had in memory. The next job starts another thread. */
  readonly lost?: () => void
  /** Ends the thread after so many milliseconds without a job, which frees its memory. */
  readonly rest?: { readonly world: World; readonly after: number }
}

/** A worker thread that does one job after another. The first job starts it. */
export class WorkerThread<Job, Result> {
  readonly #file: URL
  readonly #circumstances: WorkerOptions
  readonly #waiting = new Map<number, Waiting<Result>>()
  readonly #queue: Queued<Job>[] = []
  #worker: Worker | undefined
  #jobs = 0
  #isUp = false
  #stayAwake = () => {}

  constructor(file: URL, circumstances: WorkerOptions = {}) {
    this.#file = file
    this.#circumstances = circumstances
  }

  /** True once the thread runs. The start takes some time. */
  get isUp(): boolean {
    return this.#isUp
  }

  /** Starts the thread if it does not run. */
  wake(): void {
    this.#worker ??= this.#start()
  }

  /** The number of jobs that are not done. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Buffers that are `given` are transferred to the thread, not copied. */
  run(job: Job, given: readonly ArrayBuffer[], callOff?: CallOff<Job>): Promise<Result> {
    this.wake()
    this.#stayAwake()
    return new Promise((resolve, reject) => {
      const number = this.#jobs++
      this.#waiting.set(number, { resolve, reject })
      this.#queue.push({ number, job, given, callOff })
      this.#post()
    })
  }

  #post(): void {
    while (this.#queue.length > 0 && this.#waiting.size - this.#queue.length < POSTED) {
      const worker = this.#worker!
      const { number, job, given, callOff } = this.#queue.shift()!
      const wanted = callOff?.signal?.aborted ? callOff.instead : job
      // An idle thread must not keep the program alive; a busy one must.
      worker.ref()
      worker.postMessage({ number, job: wanted } satisfies WorkerRequest<Job>, given)
    }
  }

  #start(): Worker {
    const worker = new Worker(this.#file)
    worker.unref()
    worker.on('message', (reply: WorkerReply<Result>) => {
      if (reply === 'ready') {
        this.#isUp = true
        if (this.#waiting.size === 0) this.#rest()
        return
      }
      const waiting = this.#waiting.get(reply.number)
      this.#waiting.delete(reply.number)
      this.#post()
      if (this.#waiting.size === 0) {
        worker.unref()
        this.#rest()
      }
      if ('result' in reply) waiting?.resolve(reply.result)
      else waiting?.reject(reply.error)
    })
    worker.on('error', (error) => {
      this.#gone()
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
      this.#queue.length = 0
    })
    return worker
  }

  #rest(): void {
    const { rest } = this.#circumstances
    this.#stayAwake()
    if (rest) this.#stayAwake = rest.world.after(rest.after, () => this.#end())
  }

  #end(): void {
    void this.#worker?.terminate()
    this.#gone()
  }

  #gone(): void {
    this.#worker = undefined
    this.#isUp = false
    this.#circumstances.lost?.()
  }
}

/** Runs in the thread: does one job after another. Buffers of a result that are `given` are transferred. */
export function serveJobs<Job, Result>(
  run: (job: Job) => { readonly result: Result; readonly given: readonly ArrayBuffer[] },
) {
  const port = parentPort
  if (!port) throw new Error('This is for worker threads')
  giveWay()
  port.on('message', ({ number, job }: WorkerRequest<Job>) => {
    try {
      const { result, given } = run(job)
      port.postMessage({ number, result } satisfies WorkerReply<Result>, given)
    } catch (error) {
      port.postMessage({ number, error } satisfies WorkerReply<Result>)
    }
  })
  port.postMessage('ready' satisfies WorkerReply<Result>)
}

/** How much lower the scheduler ranks this thread than the one that serves clients (nice values, setpriority(2)). */
const NICENESS = 10

/**
 * Lowers the priority of this thread, so that long searches do not slow down clients while the processors are busy.
 * Linux only.
 */
function giveWay(): void {
  if (process.platform !== 'linux') return
  try {
    // Linux keeps a nice value for each thread, under the thread's id.
    const thread = Number(path.basename(readlinkSync('/proc/thread-self')))
    setPriority(thread, Math.min(19, getPriority() + NICENESS))
  } catch {
    // Without /proc, or if the system refuses, the thread keeps its priority.
  }
}
