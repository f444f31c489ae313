import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Session } from './session.ts'

/** Milliseconds for which one client is answered before the others have their turn. */
const LONGEST = 5

/** How long one client has been answered without a wait. */
export class Turn {
  readonly #session: Session
  /** When the first of the commands was answered that were sent ahead; undefined where nothing was. */
  #began: number | undefined

  constructor(session: Session) {
    this.#session = session
  }

  /** A command has been answered: the answer goes out, along with those to the commands that were sent ahead. */
  async over(): Promise<void> {
    const { outbox, wire, deps } = this.#session
    if (!wire.lineArrived) {
      this.#began = undefined
      return outbox.flush()
    }
    outbox.flushSoon()
    const now = deps.world.now()
    this.#began ??= now
    if (now - this.#began < LONGEST) return
    await nextTurn()
    this.#began = undefined
  }
}
