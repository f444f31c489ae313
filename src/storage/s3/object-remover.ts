import { DAY, HOUR } from '../../core/time.ts'
import type { World } from '../../core/world.ts'
import type { PackDatabase } from './database.ts'
import type { ObjectStore } from './object-store.ts'

/** Objects that one step removes. */
const STEP = 100
/** Milliseconds between two looks at all objects, and before the first one of a node. */
const SWEEP = DAY
const FIRST_SWEEP = HOUR

interface Parts {
  readonly database: PackDatabase
  readonly objects: ObjectStore
  readonly world: World
  /** Milliseconds for which objects that nothing names are kept. */
  readonly kept: number
}

/**
 * Removes objects that no pack has named for a while. A database that is restored to a moment of that time still finds
 * its objects.
 */
export class ObjectRemover {
  readonly #parts: Parts
  #swept: number | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async step(): Promise<void> {
    await this.#removeReplaced()
    const now = this.#parts.world.elapsed()
    this.#swept ??= now - SWEEP + FIRST_SWEEP
    if (now - this.#swept < SWEEP) return
    this.#swept = now
    await this.#sweep()
  }

  async #removeReplaced(): Promise<void> {
    const { database, objects, kept } = this.#parts
    const due = await database.query<{ object: string }>(DUE, [kept / 1000, STEP])
    for (const { object } of due) {
      await objects.remove(object)
      await database.query(`delete from engine_removal where object = $1`, [object])
    }
  }

  /** Removes objects that no pack and no removal names: a crash or a restored database left them. */
  async #sweep(): Promise<void> {
    const { database, objects, world, kept } = this.#parts
    for await (const page of objects.list('packs/')) {
      const old = page.filter(({ modified }) => world.now() - modified >= kept).map(({ key }) => key)
      const named = await database.query<{ object: string }>(NAMED, [old])
      const left = new Set(old).difference(new Set(named.map(({ object }) => object)))
      for (const object of left) await objects.remove(object)
    }
  }
}

// A restored database may name an object again that it was going to remove.
const DUE = `
  select object from engine_removal removal where since < clock_timestamp() - make_interval(secs => $1)
    and not exists (select from engine_pack where engine_pack.object = removal.object)
  order by since limit $2`

const NAMED = `
  select object from engine_pack where object = any($1::text[])
  union select object from engine_removal where object = any($1::text[])`
