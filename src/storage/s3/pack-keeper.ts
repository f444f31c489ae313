import { SECOND } from '../../core/time.ts'
import type { World } from '../../core/world.ts'
import type { PackDatabase } from './database.ts'
import { ObjectStoreError } from './object-store.ts'
import type { ObjectRemover } from './object-remover.ts'
import type { PackStorer } from './pack-storer.ts'
import type { SpooledPack, Spool } from './spool.ts'

/** Milliseconds between two looks. */
const INTERVAL = 10 * SECOND

interface Parts {
  readonly database: PackDatabase
  readonly spool: Spool
  readonly storer: PackStorer
  readonly remover: ObjectRemover
  readonly world: World
  /** Merges packs. */
  readonly tidy: () => Promise<unknown>
  /** The nodes whose heartbeat is not older than 30 seconds. */
  readonly livingNodes: () => Promise<readonly string[]>
}

/**
 * The work that one node does at a time: stores the packs of dead nodes, empties the spool, merges packs, removes
 * objects.
 */
export class PackKeeper {
  readonly #parts: Parts

  #isHolder = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** True while this node does the work. */
  get isHolder(): boolean {
    return this.#isHolder
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#isHolder = true
    try {
      while (!signal.aborted) {
        await this.#look()
        await this.#pause(signal)
      }
    } finally {
      this.#isHolder = false
    }
  }

  /** Stores what a node left, under its name, before it started again. */
  async storeOwn(node: string): Promise<void> {
    const { database, storer } = this.#parts
    await database.query(sealing('node = $1'), [node])
    storer.store(await database.query<SpooledPack>(sealed('node = $1'), [node]))
  }

  /** The object store may be away: the spool comes first. */
  async #look(): Promise<void> {
    const { database, spool, storer, remover, tidy, livingNodes } = this.#parts
    const living = await livingNodes()
    await database.query(sealing('not node = any($1::text[])'), [living])
    storer.store(await database.query<SpooledPack>(sealed('not node = any($1::text[])'), [living]))
    await spool.turn()
    try {
      await tidy()
      await remover.step()
    } catch (error) {
      // It is tried again at the next look, and the storer logs that the object store is away.
      if (!(error instanceof ObjectStoreError && error.fault === 'away')) throw error
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#parts.world.after(INTERVAL, resolve)
    const end = () => resolve()
    signal.addEventListener('abort', end)
    await promise
    signal.removeEventListener('abort', end)
    cancel()
  }
}

const sealing = (which: string): string => `
  update engine_pack set state = 'sealed', changed = clock_timestamp() where state = 'open' and ${which}`

const sealed = (which: string): string =>
  `select pack, slot from engine_pack where state = 'sealed' and ${which} order by pack`
