/** How many there are under each name, and never more than so many. */
export class ConcurrencyLimit {
  readonly #most: number
  readonly #counts = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  hasRoomFor(name: string): boolean {
    return (this.#counts.get(name) ?? 0) < this.#most
  }

  /** "One less", to be called once, or undefined where there is no room for one more. */
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

/** Runs what it is given one after another, in order; a failure fails its own caller and nobody else. */
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
 * Where long work pauses so that others are served: it goes on in a later turn of the event loop. Each turn runs one
 * step of one piece of work, in the order in which they came to wait: however many long commands are under way, a short
 * one waits for a single step of them each time it comes back to the loop. Not for short work, which would wait for all
 * of the long.
 */
export function yieldToEventLoop(): Promise<void> {
  if (waiting.length === 0) setImmediate(runOne)
  return new Promise((resolve) => void waiting.push(resolve))
}

function runOne(): void {
  const resume = waiting.shift()
  // What comes to wait from now on has its own place behind those who wait already.
  if (waiting.length > 0) setImmediate(runOne)
  resume?.()
}

/** Counts the steps of long work in memory, so that it can pause before it keeps others waiting. */
export class PauseCounter {
  readonly #room: number
  readonly #signal: AbortSignal | undefined
  #left: number

  /** `room`: steps between two pauses. `signal` ends the work: a pause rejects with its reason. */
  constructor(room: number, signal?: AbortSignal) {
    this.#room = room
    this.#signal = signal
    this.#left = room
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
    this.#left = this.#room
    await yieldToEventLoop()
    this.#signal?.throwIfAborted()
  }
}
