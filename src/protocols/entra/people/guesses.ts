import type { World } from '../../../core/world.ts'

/** Wrong codes from one address before it is not heard for the rest of the window. */
const MOST = 20
const WINDOW = 15 * 60_000
/** Addresses that are remembered; the one that guessed first gives way. */
const MOST_ADDRESSES = 10_000

/**
 * Wrong device codes of the last quarter of an hour, by where they came from. A code has 45 random bits and lives no
 * longer than the window, so it is no matter that whoever owns many addresses may guess often.
 */
export class Guesses {
  readonly #world: World
  #began = 0
  readonly #wrong = new Map<string, number>()

  constructor(world: World) {
    this.#world = world
  }

  tooMany(address: string): boolean {
    this.#turn()
    return (this.#wrong.get(address) ?? 0) >= MOST
  }

  wrong(address: string): void {
    this.#turn()
    const count = (this.#wrong.get(address) ?? 0) + 1
    this.#wrong.set(address, count)
    if (this.#wrong.size > MOST_ADDRESSES) this.#wrong.delete(this.#wrong.keys().next().value!)
  }

  #turn(): void {
    if (this.#world.now() - this.#began < WINDOW) return
    this.#began = this.#world.now()
    this.#wrong.clear()
  }
}
