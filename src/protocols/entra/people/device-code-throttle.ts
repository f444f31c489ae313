import { networkOf } from '../../../core/network.ts'
import type { World } from '../../../core/world.ts'

/** Wrong codes from one network before it is not heard for the rest of the window. */
const MOST = 20
const WINDOW = 15 * 60_000
/** Networks that are remembered; the one that guessed first gives way. */
const MOST_NETWORKS = 10_000

/**
 * Wrong device codes of the last quarter of an hour, by where they came from. A code has 45 random bits and lives no
 * longer than the window, so it is no matter that whoever owns many networks may guess often.
 */
export class DeviceCodeThrottle {
  readonly #world: World
  #began = 0
  readonly #wrong = new Map<string, number>()

  constructor(world: World) {
    this.#world = world
  }

  tooMany(address: string): boolean {
    this.#turn()
    return (this.#wrong.get(networkOf(address)) ?? 0) >= MOST
  }

  wrong(address: string): void {
    this.#turn()
    const network = networkOf(address)
    this.#wrong.set(network, (this.#wrong.get(network) ?? 0) + 1)
    if (this.#wrong.size > MOST_NETWORKS) this.#wrong.delete(this.#wrong.keys().next().value!)
  }

  #turn(): void {
    if (this.#world.now() - this.#began < WINDOW) return
    this.#began = this.#world.now()
    this.#wrong.clear()
  }
}
