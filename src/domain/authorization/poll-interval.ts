import { hash } from 'node:crypto'
import type { World } from '../../core/world.ts'

/** contract/identity §7.2: seconds between two questions. */
const INTERVAL = 5000
/** Questions that are not held against a device: clocks and networks are uneven. */
const LENIENCE = 10
const REMEMBERED = 10_000

/**
 * How often devices ask. Twice as often as they were told is let pass; it is kept in memory only, since a restart that
 * forgets it does no harm.
 */
export class PollInterval {
  readonly #world: World
  readonly #asked = new Map<string, { since: number; times: number }>()

  constructor(world: World) {
    this.#world = world
  }

  /** Counts one more question. */
  has(deviceCode: string): boolean {
    const now = this.#world.now()
    const key = hash('sha256', deviceCode, 'base64url')
    const asked = this.#asked.get(key) ?? { since: now, times: 0 }
    asked.times++
    this.#asked.set(key, asked)
    if (this.#asked.size > REMEMBERED) this.#asked.delete(this.#asked.keys().next().value!)
    return asked.times <= LENIENCE + (2 * (now - asked.since)) / INTERVAL
  }
}
