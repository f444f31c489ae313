import type { PackDatabase } from './database.ts'
import type { PackStorer } from './pack-storer.ts'
import type { SpooledPack, Spool } from './spool.ts'

interface Parts {
  readonly database: PackDatabase
  readonly spool: Spool
  readonly storer: PackStorer
  /** The nodes whose heartbeat is not older than 30 seconds. */
  readonly livingNodes: () => Promise<readonly string[]>
}

/** Stores the packs of dead nodes, and empties the spool. */
export class PackKeeper {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async look(): Promise<void> {
    const { database, spool, storer, livingNodes } = this.#parts
    const living = await livingNodes()
    await database.query(SEAL, [living])
    storer.store(await database.query<SpooledPack>(SEALED, [living]))
    await spool.turn()
  }
}

const SEAL = `
  update engine_pack set state = 'sealed', changed = clock_timestamp()
  where state = 'open' and not node = any($1::text[])`

const SEALED = `select pack, slot from engine_pack where state = 'sealed' and not node = any($1::text[]) order by pack`
