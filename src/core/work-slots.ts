interface Waiting {
  readonly resolve: (release: () => void) => void
  readonly stop: () => void
}

interface Line {
  working: number
  readonly waiting: Set<Waiting>
}

/** How much long work each caller may have under way; more of it waits, first come, first served. */
export class WorkSlots {
  readonly #most: number
  readonly #lines = new Map<string, Line>()

  constructor(most: number) {
    this.#most = most
  }

  /** Resolves when the work may begin, with what is to be called when it is done. Rejects with the signal's reason. */
  async take(caller: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    const line = this.#lines.get(caller) ?? { working: 0, waiting: new Set() }
    this.#lines.set(caller, line)
    if (line.working < this.#most) return this.#begin(caller, line)
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        line.waiting.delete(waiting)
        reject(signal.reason)
      }
      const waiting = { resolve, stop: () => signal.removeEventListener('abort', abort) }
      line.waiting.add(waiting)
      signal.addEventListener('abort', abort, { once: true })
    })
  }

  #begin(caller: string, line: Line): () => void {
    line.working += 1
    return () => {
      line.working -= 1
      for (const next of line.waiting) {
        line.waiting.delete(next)
        next.stop()
        next.resolve(this.#begin(caller, line))
        return
      }
      if (line.working === 0) this.#lines.delete(caller)
    }
  }
}
