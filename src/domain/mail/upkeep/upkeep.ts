import type { MailboxId } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import type { World } from '../../../core/world.ts'
import type { Engine } from '../../../storage/engine.ts'
import { backfill } from '../threads/backfill.ts'
import { purge } from '../recoverable/purge.ts'
import { stride, type Walk, walkBegin } from './strays.ts'
import type { MailWork } from './work.ts'

/** Milliseconds from the start to the first look, between two steps of a round, and between two rounds. */
const FIRST = 5 * 60_000
const STEP = 1000
const ROUND = 10 * 60_000
/** Rounds between two walks over all the rows. */
const WALK_EVERY = 144

interface Parts {
  readonly engine: Engine
  readonly world: World
  readonly log: Log
  readonly wanted: (mailbox: MailboxId) => Promise<boolean>
  readonly erase: (mailbox: MailboxId) => Promise<void>
  readonly littered: () => void
}

/** Clears away behind what nobody needs, in small steps with pauses in between. */
export class Upkeep {
  readonly #parts: Parts
  #looks = 0
  #freed = 0
  #strays = 0
  #rounds = 0
  #walk: Walk | undefined = walkBegin
  #running: Promise<void> = Promise.resolve()

  constructor(parts: Parts) {
    this.#parts = parts
    parts.world.after(FIRST, () => this.#start())
  }

  get done(): Pick<MailWork, 'looks' | 'freed' | 'strays'> {
    return { looks: this.#looks, freed: this.#freed, strays: this.#strays }
  }

  /** Resolves when the step that is under way is done; the rest waits for the next one. */
  async settled(): Promise<void> {
    await this.#running
  }

  #start(): void {
    this.#running = this.#step().then((more) => {
      this.#parts.world.after(more ? STEP : ROUND, () => this.#start())
    })
  }

  /** Whether there is more to be done in this round. */
  async #step(): Promise<boolean> {
    const { engine, world } = this.#parts
    try {
      return (
        (await backfill(engine)) || (await this.#stride()) || (await purge(engine, world.now())) || (await this.#tidy())
      )
    } catch (error) {
      this.#parts.log.warn({ error }, 'What nobody needs could not be cleared away')
      return false
    }
  }

  async #stride(): Promise<boolean> {
    if (!this.#walk) return false
    const { strays, next } = await stride(this.#walk, { rows: this.#parts.engine.sql, ...this.#parts })
    this.#strays += strays
    this.#walk = next
    return true
  }

  async #tidy(): Promise<boolean> {
    const tidied = await this.#parts.engine.blobs.tidy()
    if (tidied) {
      this.#looks++
      this.#freed += tidied.freed
      return true
    }
    if (++this.#rounds % WALK_EVERY === 0) this.#walk = walkBegin
    return false
  }
}
