import type { Log } from '../../core/log.ts'
import { HOUR, MINUTE } from '../../core/time.ts'
import type { World } from '../../core/world.ts'
import type { CompactionResult } from '../engine.ts'
import { readMoves } from '../files/compacted.ts'
import type { PackDatabase } from './database.ts'
import { DamagedPack, layOut, MergeFile, type MergedPack, type SourcePack, storeMerged } from './merged-object.ts'
import type { NamedRecords } from './named-records.ts'
import { isMissing, type ObjectStore } from './object-store.ts'
import { type BlobLocation, storedLength } from './record.ts'

/** Octets of a merged object, and packs in it. */
const MERGED = 256 * 1024 ** 2
const MERGED_PACKS = 1000
/** When stored packs are merged: so many octets or packs, or such an age of the oldest. */
const ENOUGH_OCTETS = 64 * 1024 ** 2
const ENOUGH_PACKS = 100
const ENOUGH_AGE = '12 hours'
/** The age of a pack from which on all of its records have rows, or will never have any. */
const YOUNG = '1 hour'
/** The age of a check of a pack from which on it is checked again, whatever was reported about it. */
const CHECKED = '30 days'
/** The share of an object that must be unnamed before it is written again. */
const WORTH = 0.25
/** Milliseconds after which a pack that failed is tried again. */
const POSTPONED = HOUR
/** Objects of their own that a step checks. */
const LARGE_CHECKED = 100
/** Milliseconds after which all packs are looked at again when nothing was found in them. */
const LOOK_AGAIN = 10 * MINUTE
/** The least pause after such a look, in durations of the look. */
const RESTS = 20

/** A pack that is to be merged, and where its records are. */
interface StoredPack {
  readonly pack: number
  readonly object: string
  readonly octets: number
  readonly moves_start: number | null
  readonly moves_end: number | null
}

interface Parts {
  readonly database: PackDatabase
  readonly objects: ObjectStore
  readonly named: NamedRecords
  readonly world: World
  readonly log: Log
  /** A key that no object has or had. */
  readonly key: (pack: number) => string
  /** The path of a file that does not exist. */
  readonly file: () => string
}

/**
 * Merges packs into objects in which the records of a mailbox lie together, and leaves out records that no row names. An
 * object that was replaced is removed later. If two nodes do it at a time, one of them changes nothing.
 */
export class PackMerger {
  readonly #parts: Parts
  /** When a pack that failed may be tried again. */
  readonly #postponed = new Map<number, number>()
  /** When merged packs, and objects of their own, are looked at again. */
  #thinAt = Number.NEGATIVE_INFINITY
  #largeAt = Number.NEGATIVE_INFINITY
  /** A look at all packs is not repeated before, so that it costs the database little. */
  #restsUntil = Number.NEGATIVE_INFINITY

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Rows were reported to name less, so one of the next steps looks at all packs. */
  hurry(): void {
    this.#thinAt = this.#largeAt = this.#restsUntil
  }

  /** Does the next step; undefined if there is nothing to do for now. */
  async step(): Promise<CompactionResult | undefined> {
    if (!this.#parts.named.isKnown) return undefined
    const excluded = this.#excluded()
    const large = await this.#checkLarge(excluded)
    const packs = await this.#next(excluded)
    const merged = packs.length > 0 ? await this.#merge(packs) : undefined
    return large || merged ? { freed: (large?.freed ?? 0) + (merged?.freed ?? 0) } : undefined
  }

  #excluded(): readonly number[] {
    const now = this.#parts.world.elapsed()
    for (const [pack, until] of this.#postponed) if (until <= now) this.#postponed.delete(pack)
    return [...this.#postponed.keys()]
  }

  /** The packs of an object of which much may be unnamed, or else packs that were not merged. */
  async #next(excluded: readonly number[]): Promise<readonly StoredPack[]> {
    const { database, world } = this.#parts
    const began = world.elapsed()
    if (began >= this.#thinAt) {
      const thin = await database.query<StoredPack>(THIN, [excluded])
      this.#restsUntil = world.elapsed() + RESTS * (world.elapsed() - began)
      if (thin.length > 0) return thin
      this.#thinAt = world.elapsed() + LOOK_AGAIN
    }
    const stored = await database.query<StoredPack & { isOld: number }>(STORED, [excluded, MERGED_PACKS])
    let octets = 0
    const end = stored.findIndex((pack) => (octets += pack.octets) > MERGED)
    const packs = end < 0 ? stored : stored.slice(0, Math.max(end, 1))
    const isEnough = octets >= ENOUGH_OCTETS || packs.length >= ENOUGH_PACKS || packs[0]?.isOld === 1
    return isEnough ? packs : []
  }

  /** Removes objects of their own that no row names; undefined if there are no objects to check. */
  async #checkLarge(excluded: readonly number[]): Promise<CompactionResult | undefined> {
    const { database, named, world } = this.#parts
    if (world.elapsed() < this.#largeAt) return undefined
    const large = await database.query<StoredPack>(LARGE, [excluded, LARGE_CHECKED])
    if (large.length === 0) {
      this.#largeAt = world.elapsed() + LOOK_AGAIN
      return undefined
    }
    const kept: number[] = []
    let freed = 0
    for (const { pack, object, octets } of large) {
      if ((await named.of(pack)).length > 0) kept.push(pack)
      else if (await this.#commit([{ pack, object }], undefined, [])) freed += octets
    }
    await database.query(CHECK, [kept])
    return { freed }
  }

  async #merge(packs: readonly StoredPack[]): Promise<CompactionResult> {
    const named = new Map<number, readonly BlobLocation[]>()
    for (const { pack } of packs) named.set(pack, await this.#parts.named.of(pack))
    const before = packs.reduce((sum, { octets }) => sum + octets, 0)
    const after = [...named.values()].flat().reduce((sum, { length }) => sum + storedLength(length), 0)
    const isMerged = packs.some(({ moves_start: moves }) => moves !== null)
    if (isMerged && before - after < WORTH * before) {
      await this.#parts.database.query(CHECK, [packs.map(({ pack }) => pack)])
      return { freed: 0 }
    }
    const file = await MergeFile.create(this.#parts.file())
    try {
      const isReplaced = await this.#replace(packs, named, file)
      return { freed: isReplaced ? before - after : 0 }
    } catch (error) {
      if (!(error instanceof DamagedPack)) throw error
      this.#postpone(error.pack, error)
      return { freed: 0 }
    } finally {
      await file.close()
    }
  }

  async #replace(
    packs: readonly StoredPack[],
    named: ReadonlyMap<number, readonly BlobLocation[]>,
    file: MergeFile,
  ): Promise<boolean> {
    const { objects, key } = this.#parts
    const sources = await this.#collect(file, packs, named)
    if (sources.length === 0) return false
    const done = packs.filter(({ pack }) => sources.some((source) => source.pack === pack))
    const kept = sources.filter(({ records }) => records.length > 0)
    const layout = await layOut(file, kept)
    const object = kept.length > 0 ? key(kept[0]!.pack) : undefined
    if (object !== undefined) await storeMerged(objects, object, layout, file)
    const isReplaced = await this.#commit(done, object, layout.packs)
    if (!isReplaced && object !== undefined) await objects.remove(object)
    return isReplaced
  }

  #postpone(pack: number, error: unknown): void {
    this.#parts.log.error({ error, pack }, 'A pack cannot be merged: "postern verify" names its damaged messages')
    this.#postponed.set(pack, this.#parts.world.elapsed() + POSTPONED)
  }

  /** Copies the objects to the file, and finds the named records in it. Leaves out packs that cannot be read. */
  async #collect(
    file: MergeFile,
    packs: readonly StoredPack[],
    named: ReadonlyMap<number, readonly BlobLocation[]>,
  ): Promise<readonly SourcePack[]> {
    const found: SourcePack[] = []
    const starts = new Map<string, number>()
    for (const pack of packs) {
      try {
        const start = starts.get(pack.object) ?? (await this.#copy(file, pack))
        starts.set(pack.object, start)
        const placeOf = await this.#placeIn(file, start, pack)
        const records = named.get(pack.pack)!.map((record) => ({ ...record, place: placeOf(record) }))
        found.push({ pack: pack.pack, records })
      } catch (error) {
        const isDamaged = error instanceof DamagedPack || (error as { code?: unknown }).code === 'EBADMSG'
        if (!isMissing(error) && !isDamaged) throw error
        this.#postpone(pack.pack, error)
      }
    }
    return found
  }

  async #copy(file: MergeFile, { object, octets, moves_start: moves }: StoredPack): Promise<number> {
    const { objects } = this.#parts
    return file.add(objects, object, moves === null ? octets : await objects.octets(object))
  }

  async #placeIn(
    file: MergeFile,
    start: number,
    { pack, moves_start: from, moves_end: to }: StoredPack,
  ): Promise<(record: BlobLocation) => number> {
    if (from === null || to === null) return ({ offset }) => start + offset
    const moves = await readMoves((offset, length) => file.read(start + from + offset, length))
    if (!moves) throw new DamagedPack(pack)
    return ({ offset }) => {
      const place = moves.placeOf(offset, offset)
      if (place === undefined) throw new DamagedPack(pack)
      return start + place
    }
  }

  /** Names the new object in place of the former ones, unless one of them was replaced meanwhile. */
  async #commit(
    sources: readonly { readonly pack: number; readonly object: string }[],
    object: string | undefined,
    merged: readonly MergedPack[],
  ): Promise<boolean> {
    const [row] = await this.#parts.database.query<{ done: number }>(REPLACE, [
      sources.map(({ pack }) => pack),
      sources.map((source) => source.object),
      object ?? null,
      merged.map(({ pack }) => pack),
      merged.map(({ octets }) => octets),
      merged.map(({ movesStart }) => movesStart),
      merged.map(({ movesEnd }) => movesEnd),
    ])
    return row!.done === 1
  }
}

const COLUMNS = 'pack, object, octets, moves_start, moves_end'
const OLD = `changed < clock_timestamp() - interval '${YOUNG}' and not pack = any($1::bigint[])`
const UNCHECKED = `checked is null or checked < clock_timestamp() - interval '${CHECKED}'`

const LARGE = `
  select ${COLUMNS} from engine_pack
  where state = 'stored' and slot < 0 and ${OLD} and (unnamed >= octets or ${UNCHECKED})
  order by unnamed >= octets desc, pack limit $2`

const CHECK = `update engine_pack set unnamed = 0, checked = clock_timestamp() where pack = any($1::bigint[])`

const THIN = `
  select ${COLUMNS} from engine_pack where state = 'merged' and object = (
    select object from engine_pack where state = 'merged' and ${OLD} group by object
    having sum(unnamed) >= ${WORTH} * sum(octets) or bool_or(${UNCHECKED}) limit 1
  ) and not pack = any($1::bigint[]) order by pack`

const STORED = `
  select ${COLUMNS}, changed < clock_timestamp() - interval '${ENOUGH_AGE}' as "isOld" from engine_pack
  where state = 'stored' and slot >= 0 and ${OLD} order by pack limit $2`

const REPLACE = `
  with source as (
    select pack, object from engine_pack join unnest($1::bigint[], $2::text[]) as expected (number, before)
      on pack = number and object = before
    order by pack for update of engine_pack
  ), judged as (
    select count(*) = cardinality($1::bigint[]) as done from source
  ), kept as (
    update engine_pack set state = 'merged', object = $3, octets = target.octets, moves_start = starts,
      moves_end = ends, unnamed = 0, checked = clock_timestamp(), changed = clock_timestamp()
    from unnest($4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[]) as target (number, octets, starts, ends)
    where pack = number and (select done from judged)
  ), gone as (
    delete from engine_pack
    where pack = any($1::bigint[]) and not pack = any($4::bigint[]) and (select done from judged)
  ), removed as (
    insert into engine_removal (object)
    select distinct object from source where (select done from judged) and not exists (
      select from engine_pack other where other.object = source.object and not other.pack = any($1::bigint[])
    ) on conflict (object) do update set since = excluded.since
  )
  select done from judged`
