import { Refusal } from '../../../core/refusal.ts'

interface Waiting {
  readonly letIn: () => void
  readonly turnAway: (refusal: Refusal) => void
}

/**
 * Work that costs: so much of it at once, and so many who wait for theirs. Everybody who waits is let in by turns, however
 * often one of them asks; when too many wait, whoever has the most waiting is refused `busy`.
 */
export class FairQueue {
  readonly #atOnce: number
  readonly #mostWaiting: number
  #running = 0
  #held = 0
  /** By whose they are, who is next first. */
  readonly #waiting = new Map<string, Waiting[]>()

  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce
    this.#mostWaiting = mostWaiting
  }

  async take<T>(work: () => Promise<T>, whose = ''): Promise<T> {
    if (this.#running < this.#atOnce) this.#running++
    else await this.#wait(whose)
    try {
      return await work()
    } finally {
      this.#handOn()
    }
  }

  /** Whoever is next takes over the turn, so nobody slips in between. */
  #handOn(): void {
    const [next] = this.#waiting
    if (!next) {
      this.#running--
      return
    }
    const [whose, [first, ...others]] = next
    this.#waiting.delete(whose)
    if (others.length > 0) this.#waiting.set(whose, others)
    this.#held--
    first!.letIn()
  }

  #wait(whose: string): Promise<void> {
    const own = this.#waiting.get(whose) ?? []
    if (this.#held >= this.#mostWaiting) this.#makeRoom(own.length)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.set(whose, [...own, { letIn: resolve, turnAway: reject }])
    this.#held++
    return promise
  }

  /** Of the longest line the last gives way; of one that is no longer than his own, whoever comes. */
  #makeRoom(own: number): void {
    const busy = new Refusal('busy', 'Too many passwords are being checked; try again.')
    const [longest] = [...this.#waiting.values()].sort((one, other) => other.length - one.length)
    if (!longest || longest.length <= own + 1) throw busy
    longest.pop()!.turnAway(busy)
    this.#held--
  }
}
