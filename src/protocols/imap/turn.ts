import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Session } from './session.ts'

/** Milliseconds for which one client is answered before the others have their turn. */
const LONGEST = 5

/** How long one client has been answered without a wait. */
export class Turn {
  readonly #session: Session
  #began: number

  constructor(session: Session) {
    this.#session = session
    this.#began = session.deps.world.now()
  }

  /** A command has been answered: the answer goes out, along with those to the commands that were sent ahead. */
  async over(): Promise<void> {
    const { outbox, wire, deps } = this.#session
    if (wire.lineArrived) outbox.flushSoon()
    else await outbox.flush()
    if (deps.world.now() - this.#began < LONGEST) return
    await nextTurn()
    this.#began = deps.world.now()
  }
}
