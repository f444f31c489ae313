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
