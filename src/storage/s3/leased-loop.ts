import { SECOND } from '../../core/time.ts'
import type { World } from '../../core/world.ts'

/** Milliseconds between two rounds. */
const INTERVAL = 10 * SECOND

/** Repeats work at the node that holds the lease. */
export class LeasedLoop {
  readonly #world: World
  readonly #work: () => Promise<void>
  #isHolder = false

  constructor(world: World, work: () => Promise<void>) {
    this.#world = world
    this.#work = work
  }

  /** True while this node has the lease. */
  get isHolder(): boolean {
    return this.#isHolder
  }

  /** A round that is under way when the lease ends goes on alone: its effects are harmless then. */
  async run(signal: AbortSignal): Promise<void> {
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    signal.addEventListener('abort', () => resolve(), { once: true })
    this.#isHolder = true
    try {
      while (!signal.aborted) {
        await Promise.race([this.#work(), ended])
        await Promise.race([this.#pause(signal), ended])
      }
    } finally {
      this.#isHolder = false
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#world.after(INTERVAL, resolve)
    signal.addEventListener('abort', cancel, { once: true })
    await promise
    signal.removeEventListener('abort', cancel)
  }
}
