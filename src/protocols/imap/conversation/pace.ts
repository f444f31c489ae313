import type { World } from '../../../core/world.ts'

const MINUTE = 60_000

/** How fast a client may go on giving commands: a minute's worth of them at once, and no more than that by the minute. */
export class Pace {
  readonly #world: World
  readonly #each: number
  /** When all that it was allowed so far would have been given one by one. */
  #due = 0

  constructor(world: World, perMinute: number) {
    this.#world = world
    this.#each = MINUTE / perMinute
  }

  /** Counts a command. Gives the milliseconds until the next may be looked at. */
  count(): number {
    const now = this.#world.now()
    this.#due = Math.max(this.#due, now) + this.#each
    return Math.max(0, Math.ceil(this.#due - now - MINUTE))
  }
}
