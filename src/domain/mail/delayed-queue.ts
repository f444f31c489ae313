import type { World } from '../../core/world.ts'

/** Runs items in the background, one after another, some time after the first was scheduled. Each key is queued once. */
export class DelayedQueue<Key, Item> {
  readonly #world: World
  readonly #delay: number
  readonly #work: (item: Item) => Promise<void>
  readonly #due = new Map<Key, Item>()
  #running: Promise<void> | undefined
  #waiting = false

  /** `delay` is in milliseconds. `work` handles its own errors. */
  constructor(world: World, delay: number, work: (item: Item) => Promise<void>) {
    this.#world = world
    this.#delay = delay
    this.#work = work
  }

  /** The number of items that wait. */
  get size(): number {
    return this.#due.size
  }

  /** Schedules an item. It replaces a waiting item with the same key. */
  schedule(key: Key, item: Item): void {
    this.#due.set(key, item)
    if (this.#waiting) return
    this.#waiting = true
    this.#world.after(this.#delay, () => {
      this.#waiting = false
      void this.flush()
    })
  }

  /** Runs all scheduled items now. Resolves when they are done. */
  async flush(): Promise<void> {
    while (this.#due.size > 0) {
      this.#running ??= this.#run().finally(() => (this.#running = undefined))
      await this.#running
    }
    await this.#running
  }

  /** Drops the items that wait. */
  clear(): void {
    this.#due.clear()
  }

  /** Resolves when the current run ends. */
  async settled(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    for (const [key, item] of this.#due) {
      this.#due.delete(key)
      await this.#work(item)
    }
  }
}
