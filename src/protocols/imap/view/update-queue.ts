import type { World } from '../../../core/world.ts'

/** Milliseconds after which those who wait for their turn make way for everybody else. */
const SLICE = 5

export interface QueuedClient {
  /** Never throws. */
  turn(): void
}

/** Has many sessions tell their clients of the same thing, one after another, and never keeps others waiting for long. */
export class UpdateQueue {
  readonly #world: World
  #waiting: QueuedClient[] = []
  #running = false

  constructor(world: World) {
    this.#world = world
  }

  /** Its turn comes once all that happens now has happened. */
  add(one: QueuedClient): void {
    this.#waiting.push(one)
    if (this.#running) return
    this.#running = true
    queueMicrotask(() => this.#run())
  }

  #run(): void {
    const end = this.#world.now() + SLICE
    let done = 0
    while (done < this.#waiting.length && this.#world.now() < end) this.#waiting[done++]!.turn()
    this.#waiting.splice(0, done)
    this.#running = this.#waiting.length > 0
    if (this.#running) setImmediate(() => this.#run())
  }
}
