import { HOUR } from '../../core/time.ts'
import type { World } from '../../core/world.ts'
import { type Moves, readMoves } from '../files/compacted.ts'
import type { PackDatabase } from './database.ts'
import { isMissing, type ObjectStore } from './object-store.ts'

/** Packs whose locations are remembered, records of them, and milliseconds. Replaced objects are kept longer. */
const REMEMBERED = 10_000
const RECORDS = 4_000_000
const AGE = HOUR
/** Lists of moves that are read at a time, and attempts to read one that looks damaged. */
const LISTS = 4
const ATTEMPTS = 2

/** Where the records of a pack are. */
export type PackLocation =
  | { readonly in: 'spool'; readonly slot: number }
  /** `moves`: the offsets of its records in the object, if these are not the original ones. */
  | { readonly in: 'object'; readonly object: string; readonly moves: Moves | undefined }

interface Remembered {
  readonly location: PackLocation
  readonly since: number
}

interface Row {
  readonly pack: number
  readonly slot: number
  readonly object: string | null
  readonly moves_start: number | null
  readonly moves_end: number | null
}

/** Finds the records of packs, and remembers where they are. */
export class PackLocations {
  readonly #parts: { readonly database: PackDatabase; readonly objects: ObjectStore; readonly world: World }
  /** The least recently used first. */
  readonly #remembered = new Map<number, Remembered>()
  /** Records in the remembered lists of moves. */
  #records = 0

  constructor(parts: { database: PackDatabase; objects: ObjectStore; world: World }) {
    this.#parts = parts
  }

  /** The locations of these packs; nothing for packs that do not exist or cannot be read. */
  async of(packs: Iterable<number>): Promise<ReadonlyMap<number, PackLocation>> {
    const found = new Map<number, PackLocation>()
    const unknown: number[] = []
    for (const pack of packs) {
      const location = this.#recall(pack)
      if (location) found.set(pack, location)
      else unknown.push(pack)
    }
    if (unknown.length === 0) return found
    const rows = (await this.#parts.database.query<Row>(LOCATIONS, [unknown])).values()
    const serve = async (): Promise<void> => {
      for (const row of rows) {
        const location = await this.#locationOf(row)
        if (!location) continue
        this.#remember(row.pack, location)
        found.set(row.pack, location)
      }
    }
    await Promise.all(Array.from({ length: LISTS }, serve))
    return found
  }

  /** The pack may have moved. */
  forget(pack: number): void {
    const known = this.#remembered.get(pack)
    if (!known) return
    this.#remembered.delete(pack)
    this.#records -= recordsIn(known.location)
  }

  /** Undefined if the object with the list of its records is damaged. */
  async #locationOf({ slot, object, moves_start: start, moves_end: end }: Row): Promise<PackLocation | undefined> {
    if (object === null) return { in: 'spool', slot }
    if (start === null || end === null) return { in: 'object', object, moves: undefined }
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        const list = await this.#parts.objects.get(object, start, end)
        const moves = await readMoves(async (offset, length) => list.subarray(offset, offset + length))
        if (moves) return { in: 'object', object, moves }
      } catch (error) {
        if (!isMissing(error) && (error as { code?: unknown }).code !== 'EBADMSG') throw error
      }
    }
    return undefined
  }

  #recall(pack: number): PackLocation | undefined {
    const known = this.#remembered.get(pack)
    if (!known) return undefined
    if (this.#parts.world.elapsed() - known.since >= AGE) {
      this.forget(pack)
      return undefined
    }
    this.#remembered.delete(pack)
    this.#remembered.set(pack, known)
    return known.location
  }

  #remember(pack: number, location: PackLocation): void {
    this.forget(pack)
    this.#remembered.set(pack, { location, since: this.#parts.world.elapsed() })
    this.#records += recordsIn(location)
    while (this.#remembered.size > REMEMBERED || (this.#records > RECORDS && this.#remembered.size > 1)) {
      this.forget(this.#remembered.keys().next().value!)
    }
  }
}

const recordsIn = (location: PackLocation): number =>
  location.in === 'object' && location.moves ? location.moves.size : 0

const LOCATIONS = `
  select pack, slot, object, moves_start, moves_end from engine_pack where pack = any($1::bigint[])`
