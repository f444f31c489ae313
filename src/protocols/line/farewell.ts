import { SECOND } from '../../core/time.ts'
import type { ConnectionEnd, Wire } from '../../core/wire.ts'
import type { World } from '../../core/world.ts'

/** Milliseconds in which the reply that is under way has to be complete. */
const GRACE: number = SECOND / 2

/**
 * Ends a connection of POP3 or SMTP, where the server speaks only in turn. The last words go out at once while the server
 * waits for the client, and otherwise after the reply that is under way. If that reply takes too long, the connection ends
 * without them.
 */
export class Farewell {
  readonly #wire: Wire
  readonly #world: World
  #words: string | undefined
  #waiting = false

  constructor(wire: Wire, world: World) {
    this.#wire = wire
    this.#world = world
  }

  /** The last words, once it is decided that the connection ends. */
  get words(): string | undefined {
    return this.#words
  }

  /** Only the first words count. `grace`: milliseconds for the reply that is under way. */
  say(words: string, grace = GRACE): void {
    if (this.#words !== undefined) return
    this.#words = words
    if (this.#waiting) this.#wire.end(words)
    else this.#world.after(grace, () => this.#wire.destroy())
  }

  /** Waits for the client: `read` reads from the connection. Gives `closed` after the last words. */
  async wait(read: () => Promise<Buffer | ConnectionEnd>): Promise<Buffer | ConnectionEnd> {
    if (this.#words !== undefined) return 'closed'
    this.#waiting = true
    try {
      return await read()
    } finally {
      this.#waiting = false
    }
  }
}
