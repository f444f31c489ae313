import { yieldToEventLoop } from './concurrency.ts'

/** Counts the steps of long work in memory, so that it can pause before it keeps others waiting. */
export class Turns {
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
