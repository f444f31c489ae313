import type { World } from '../../../core/world.ts'

/** Milliseconds for which the queue runs before it lets other work run. */
const SLICE = 5

export interface QueuedClient {
  /** Never throws. */
  run(): void
}

/** Runs the updates of many idling clients one after another, without blocking other work for long. */
export class UpdateQueue {
  readonly #world: World
  #waiting: QueuedClient[] = []
  #running = false

  constructor(world: World) {
    this.#world = world
  }

  /** Adds a client. Its turn comes after the code that is running now. */
  add(one: QueuedClient): void {
    this.#waiting.push(one)
    if (this.#running) return
    this.#running = true
    queueMicrotask(() => this.#run())
  }

  #run(): void {
    const end = this.#world.elapsed() + SLICE
    let done = 0
    while (done < this.#waiting.length && this.#world.elapsed() < end) this.#waiting[done++]!.run()
    this.#waiting.splice(0, done)
    this.#running = this.#waiting.length > 0
    if (this.#running) setImmediate(() => this.#run())
  }
}
