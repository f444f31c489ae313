import { refuse } from '../../core/refusal.ts'

/** Work that costs: so much of it at once, and so many who wait for theirs. Whoever comes past them is refused `busy`. */
export class Turns {
  readonly #atOnce: number
  readonly #mostWaiting: number
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce
    this.#mostWaiting = mostWaiting
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce) this.#running++
    else await this.#wait()
    try {
      return await work()
    } finally {
      // Whoever is next takes over the turn, so nobody slips in between.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#mostWaiting) refuse('busy', 'Too many passwords are being checked; try again.')
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }
}
