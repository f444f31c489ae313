/** Counts entries by name, up to a maximum for each name. */
export class ConcurrencyLimit {
  readonly #most: number
  readonly #counts = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  hasRoomFor(name: string): boolean {
    return (this.#counts.get(name) ?? 0) < this.#most
  }

  /** Counts one more. Returns the function that removes it, to be called once; undefined at the maximum. */
  enter(name: string): (() => void) | undefined {
    if (!this.hasRoomFor(name)) return undefined
    const here = this.#counts.get(name) ?? 0
    this.#counts.set(name, here + 1)
    return () => {
      const left = this.#counts.get(name)! - 1
      if (left > 0) this.#counts.set(name, left)
      else this.#counts.delete(name)
    }
  }
}

/** Runs tasks one after another, in order. A failure reaches only its own caller. */
export class Lane {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(work: () => T | Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work)
    this.#last = mine.catch(() => {})
    return mine
  }
}

const waiting: (() => void)[] = []

/**
 * Pauses long work, which continues in a later turn of the event loop. Each turn continues one waiting task, in order.
 * So a short command waits for at most one step of long work each time it returns to the loop, however many long
 * commands run. Do not use it in short work, which would wait for all long work.
 */
export function yieldToEventLoop(): Promise<void> {
  if (waiting.length === 0) setImmediate(runOne)
  return new Promise((resolve) => void waiting.push(resolve))
}

function runOne(): void {
  const resume = waiting.shift()
  // A task that pauses from now on waits behind the present ones.
  if (waiting.length > 0) setImmediate(runOne)
  resume?.()
}

/** Counts the steps of long work in memory, so that it pauses before other work has to wait. */
export class PauseCounter {
  readonly #steps: number
  readonly #signal: AbortSignal | undefined
  #left: number

  /** `steps`: steps between two pauses. `signal` ends the work: a pause rejects with its reason. */
  constructor(steps: number, signal?: AbortSignal) {
    this.#steps = steps
    this.#signal = signal
    this.#left = steps
  }

  count(steps: number): void {
    this.#left -= steps
  }

  /** Whether it is time to {@link pause}. */
  get due(): boolean {
    return this.#left <= 0
  }

  /** Lets other work run. */
  async pause(): Promise<void> {
    this.#left = this.#steps
    await yieldToEventLoop()
    this.#signal?.throwIfAborted()
  }
}

interface Waiting {
  readonly resolve: (release: () => void) => void
  readonly stop: () => void
}

interface CallerQueue {
  running: number
  readonly waiting: Set<Waiting>
}

/** Limits how many long commands of one caller run at a time. More of them wait, in order. */
export class WorkSlots {
  readonly #most: number
  readonly #queues = new Map<string, CallerQueue>()

  constructor(most: number) {
    this.#most = most
  }

  /** Resolves when the work may start; call the result when it is done. Rejects with the signal's reason. */
  async take(caller: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    const queue = this.#queues.get(caller) ?? { running: 0, waiting: new Set() }
    this.#queues.set(caller, queue)
    if (queue.running < this.#most) return this.#begin(caller, queue)
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        queue.waiting.delete(waiting)
        reject(signal.reason)
      }
      const waiting = { resolve, stop: () => signal.removeEventListener('abort', abort) }
      queue.waiting.add(waiting)
      signal.addEventListener('abort', abort, { once: true })
    })
  }

  #begin(caller: string, queue: CallerQueue): () => void {
    queue.running += 1
    return () => {
      queue.running -= 1
      for (const next of queue.waiting) {
        queue.waiting.delete(next)
        next.stop()
        next.resolve(this.#begin(caller, queue))
        return
      }
      if (queue.running === 0) this.#queues.delete(caller)
    }
  }
}
