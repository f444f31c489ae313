import { SECOND } from '../../core/time.ts'
import type { World } from '../../core/world.ts'
import type { BlobRef } from '../engine.ts'
import type { PackDatabase } from './database.ts'
import { locationOf, storedLength } from './record.ts'

/** Milliseconds for which reports are collected. */
const COLLECTED = 10 * SECOND

/** Counts the octets of each pack that rows no longer name. Some may be lost: the counts are hints. */
export class DroppedRecords {
  readonly #database: PackDatabase
  readonly #world: World
  #octets = new Map<number, number>()
  #cancel: (() => void) | undefined

  constructor(database: PackDatabase, world: World) {
    this.#database = database
    this.#world = world
  }

  add(refs: readonly BlobRef[]): void {
    for (const { pack, length } of refs.map(locationOf)) {
      this.#octets.set(pack, (this.#octets.get(pack) ?? 0) + storedLength(length))
    }
    if (refs.length > 0) this.#cancel ??= this.#world.after(COLLECTED, () => void this.flush().catch(() => {}))
  }

  /** Returns true if there was something to count. */
  async flush(): Promise<boolean> {
    this.#cancel?.()
    this.#cancel = undefined
    const octets = this.#octets
    this.#octets = new Map()
    if (octets.size === 0) return false
    await this.#database.query(COUNT, [[...octets.keys()], [...octets.values()]])
    return true
  }

  async close(): Promise<void> {
    await this.flush().catch(() => false)
  }
}

// In the order of the packs, so that two nodes do not wait for each other.
const COUNT = `
  with reported as (
    select pack, octets from engine_pack join unnest($1::bigint[], $2::bigint[]) as report (number, dropped)
    on pack = number order by pack for update of engine_pack
  )
  update engine_pack set unnamed = unnamed + dropped
  from unnest($1::bigint[], $2::bigint[]) as report (number, dropped)
  where pack = number and pack in (select pack from reported)`
