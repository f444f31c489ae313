import { MINUTE } from '../../core/time.ts'
import type { World } from '../../core/world.ts'
import type { PackStorer } from './pack-storer.ts'
import type { Spool } from './spool.ts'

/** Milliseconds between two looks at the packs of this node. */
const ADOPTED = MINUTE

interface Parts {
  readonly spool: Spool
  readonly storer: PackStorer
  readonly world: World
  /** The packs of this node that are open. */
  readonly open: () => readonly number[]
  /** The nodes whose heartbeat is not older than 30 seconds. */
  readonly livingNodes: () => Promise<readonly string[]>
}

/** Stores the packs that nobody else stores, and empties the spool. */
export class PackKeeper {
  readonly #parts: Parts
  #cancel = () => {}
  #closed = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Stores the packs of dead nodes. For the node with the lease. */
  async look(): Promise<void> {
    const { spool, storer, livingNodes } = this.#parts
    storer.store(await spool.takeOver(await livingNodes()))
    await spool.turn()
  }

  /**
   * Stores, from time to time, packs of this node that it does not know: the answer to the statement that opened or took
   * them was lost. One such pack would keep the spool from being emptied.
   */
  start(): void {
    if (this.#closed) return
    this.#cancel = this.#parts.world.after(ADOPTED, () => {
      // A failure is made good by the next look.
      void this.#adopt()
        .catch(() => {})
        .then(() => this.start())
    })
  }

  stop(): void {
    this.#closed = true
    this.#cancel()
  }

  async #adopt(): Promise<void> {
    const { spool, storer, open } = this.#parts
    storer.store(await spool.adopt([...open(), ...storer.packs]))
  }
}
