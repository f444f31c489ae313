import { Refusal } from '../../core/refusal.ts'
import type { BlobPiece, BlobRef } from '../engine.ts'
import type { Damage } from '../damage.ts'
import { isMissing, type ObjectStore, ObjectStoreError } from './object-store.ts'
import type { PackLocation, PackLocations } from './pack-locations.ts'
import type { RecordCache, RecordPart } from './record-cache.ts'
import { bytesOf, HEADER, locationOf, type PackRecordLocation, recordsOf } from './record.ts'
import type { Spool } from './spool.ts'

/** Octets of records that are read at a time. */
const BATCH = 8 * 1024 ** 2
/** The largest gap between two records of one request, and the longest request. */
const GAP = 128 * 1024
const LONGEST = 4 * 1024 ** 2
/** Requests that are under way at a time for one caller. */
const REQUESTS = 4
/** Looks at a pack that moves meanwhile: from the spool to an object, and to another object. */
const LOOKS = 3

/** Why a record cannot be read: completes a sentence that begins with "The bytes of 1.2.3". */
type Fault = 'are not there' | 'are damaged'

interface Parts {
  readonly spool: Spool
  readonly objects: ObjectStore
  readonly locations: PackLocations
  readonly cache: RecordCache
  readonly damage: Damage
  /** The octets of a pack from `start` up to `end`, if this node has them in memory. */
  readonly held: (pack: number, start: number, end: number) => Buffer | undefined
}

/** A part of a record that belongs to a piece. */
interface WantedPart extends RecordPart {
  readonly ref: BlobRef
  /** The piece, and the position in its octets. */
  readonly nth: number
  readonly at: number
}

/** Reads records from memory, the cache, the spool or objects, and checks each against its checksum. */
export class RecordReader {
  readonly #parts: Parts
  /** Records that are being read, so that concurrent callers share a request. */
  readonly #loading = new Map<string, Promise<ReadonlyMap<string, Buffer | Fault>>>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** In the order of the pieces. Refuses `damaged`, and `busy` while the object store is away. */
  async readAll(pieces: readonly BlobPiece[]): Promise<readonly Buffer[]> {
    const lengths: number[] = []
    const wanted = pieces.flatMap((piece, nth) => {
      const parts = partsOf(piece, nth)
      lengths.push(parts.reduce((sum, { start, end }) => sum + end - start, 0))
      return parts
    })
    const found: Buffer[] = []
    for (const batch of batchesOf(wanted)) {
      const octets = await this.#read(batch)
      for (const [at, part] of batch.entries()) {
        const length = lengths[part.nth]!
        if (part.end - part.start === length) found[part.nth] = octets[at]!
        else (found[part.nth] ??= Buffer.allocUnsafe(length)).set(octets[at]!, part.at)
      }
    }
    return found
  }

  /** Reads all records of the bytes from the spool or their object. */
  async check(ref: BlobRef): Promise<void> {
    for (const batch of batchesOf(partsOf({ blob: ref }, 0))) {
      const records = batch.map(({ record }) => record)
      const loaded = await this.#load(records)
      for (const record of records) this.#sound(ref, loaded.get(keyOf(record)))
    }
  }

  async #read(batch: readonly WantedPart[]): Promise<readonly Buffer[]> {
    const { cache, held } = this.#parts
    const found: (Buffer | undefined)[] = batch.map(({ record, start, end }) => {
      const octets = held(record.pack, record.offset, record.offset + HEADER + record.length)
      const bytes = octets && bytesOf(octets, record)
      return bytes && Buffer.from(bytes.subarray(start, end))
    })
    const uncached = batch.flatMap((part, nth) => (found[nth] ? [] : [{ ...part, place: nth }]))
    if (uncached.length === 0) return found as Buffer[]
    const cached = await cache.read(uncached)
    for (const [at, { place }] of uncached.entries()) found[place] = cached[at]
    const missing = batch.flatMap(({ record }, nth) => (found[nth] ? [] : [record]))
    if (missing.length === 0) return found as Buffer[]
    const loaded = await this.#share(missing)
    return batch.map(({ ref, record, start, end }, nth) => {
      return found[nth] ?? partOf(this.#sound(ref, loaded.get(keyOf(record))), start, end)
    })
  }

  /** The bytes of a record, or the refusal. */
  #sound(ref: BlobRef, loaded: Buffer | Fault | undefined): Buffer {
    if (Buffer.isBuffer(loaded)) return loaded
    throw this.#parts.damage.of(ref, loaded ?? 'are not there')
  }

  /** Loads records into the cache. */
  async #share(records: readonly PackRecordLocation[]): Promise<ReadonlyMap<string, Buffer | Fault>> {
    const others = new Set<Promise<ReadonlyMap<string, Buffer | Fault>>>()
    const mine = new Map<string, PackRecordLocation>()
    for (const record of records) {
      const loading = this.#loading.get(keyOf(record))
      if (loading) others.add(loading)
      else mine.set(keyOf(record), record)
    }
    const own = this.#load([...mine.values()], (record, bytes) => this.#parts.cache.add(record, bytes))
    for (const key of mine.keys()) this.#loading.set(key, own)
    try {
      const all = await Promise.all([own, ...others])
      return new Map(all.flatMap((loaded) => [...loaded]))
    } finally {
      for (const key of mine.keys()) this.#loading.delete(key)
    }
  }

  async #load(
    records: readonly PackRecordLocation[],
    keep?: (record: PackRecordLocation, bytes: Buffer) => Promise<void>,
  ): Promise<ReadonlyMap<string, Buffer | Fault>> {
    const loaded = new Map<string, Buffer | Fault>()
    let left = records
    for (let look = 1; left.length > 0 && look <= LOOKS; look++) {
      const locations = await this.#locations(new Set(left.map(({ pack }) => pack)))
      const spooled = Map.groupBy(
        left.filter(({ pack }) => locations.get(pack)?.in === 'spool'),
        ({ pack }) => (locations.get(pack) as Extract<PackLocation, { in: 'spool' }>).slot,
      )
      for (const [slot, there] of spooled) {
        const octets = await this.#parts.spool.records(slot, there)
        for (const [nth, record] of there.entries()) judge(record, octets[nth], loaded)
      }
      await this.#fromObjects(left, locations, loaded, keep)
      // A pack may have moved after it was looked up.
      left = left.filter((record) => {
        const isMissed = !Buffer.isBuffer(loaded.get(keyOf(record))) && locations.has(record.pack)
        if (isMissed) this.#parts.locations.forget(record.pack)
        return isMissed
      })
    }
    return loaded
  }

  async #fromObjects(
    records: readonly PackRecordLocation[],
    locations: ReadonlyMap<number, PackLocation>,
    loaded: Map<string, Buffer | Fault>,
    keep: ((record: PackRecordLocation, bytes: Buffer) => Promise<void>) | undefined,
  ): Promise<void> {
    const runs = runsOf(
      records.flatMap((record) => {
        const location = locations.get(record.pack)
        if (location?.in !== 'object') return []
        const { object, moves } = location
        const start = moves ? moves.placeOf(record.offset, record.offset) : record.offset
        return start === undefined ? [] : [{ record, object, start, end: start + HEADER + record.length }]
      }),
    )
    const work = runs.values()
    const serve = async (): Promise<void> => {
      for (const run of work) {
        const octets = await this.#get(run)
        for (const { record, start, end } of run.records) {
          const bytes = judge(record, octets?.subarray(start - run.start, end - run.start), loaded)
          if (bytes && keep) await keep(record, bytes)
        }
      }
    }
    await Promise.all(Array.from({ length: Math.min(REQUESTS, runs.length) }, serve))
  }

  /** Undefined if the object does not exist. */
  async #get({ object, start, end }: Run): Promise<Buffer | undefined> {
    try {
      return await this.#parts.objects.get(object, start, end)
    } catch (error) {
      if (isMissing(error)) return undefined
      throw busy(error)
    }
  }

  async #locations(packs: ReadonlySet<number>): Promise<ReadonlyMap<number, PackLocation>> {
    try {
      return await this.#parts.locations.of(packs)
    } catch (error) {
      throw busy(error)
    }
  }
}

/** The error to throw in place of an error of the object store: that may pass. */
const busy = (error: unknown): unknown =>
  error instanceof ObjectStoreError ? new Refusal('busy', 'The object store cannot be read at the moment') : error

const keyOf = ({ pack, offset, length }: PackRecordLocation): string => `${pack}.${offset}.${length}`

/** Notes the bytes of a record, or its fault. */
function judge(
  record: PackRecordLocation,
  octets: Buffer | undefined,
  loaded: Map<string, Buffer | Fault>,
): Buffer | undefined {
  const bytes = octets && bytesOf(octets, record)
  if (!bytes) loaded.set(keyOf(record), octets?.length === HEADER + record.length ? 'are damaged' : 'are not there')
  // A copy, because a few octets would keep the complete answer in memory.
  else loaded.set(keyOf(record), Buffer.from(bytes))
  return bytes
}

/** A copy, if a small part would keep the complete record in memory. */
const partOf = (bytes: Buffer, start: number, end: number): Buffer => {
  const part = bytes.subarray(start, end)
  return 2 * part.length < bytes.length ? Buffer.from(part) : part
}

function partsOf({ blob, start = 0, end = Infinity }: BlobPiece, nth: number): readonly WantedPart[] {
  const location = locationOf(blob)
  const from = Math.min(Math.max(start, 0), location.length)
  const to = Math.min(Math.max(end, from), location.length)
  return recordsOf(location, from, to).map((record) => {
    const first = Math.max(from - record.from, 0)
    const last = Math.max(first, Math.min(to - record.from, record.length))
    return { ref: blob, record, start: first, end: last, nth, at: Math.max(record.from - from, 0) }
  })
}

function* batchesOf(parts: readonly WantedPart[]): Generator<readonly WantedPart[]> {
  let batch: WantedPart[] = []
  let octets = 0
  for (const part of parts) {
    if (batch.length > 0 && octets + part.record.length > BATCH) {
      yield batch
      batch = []
      octets = 0
    }
    batch.push(part)
    octets += part.record.length
  }
  if (batch.length > 0) yield batch
}

interface PlacedRecord {
  readonly record: PackRecordLocation
  readonly object: string
  readonly start: number
  readonly end: number
}

/** Neighbouring records that one request reads. */
interface Run {
  readonly object: string
  readonly start: number
  end: number
  readonly records: PlacedRecord[]
}

function runsOf(records: readonly PlacedRecord[]): readonly Run[] {
  const runs: Run[] = []
  const sorted = records.toSorted((a, b) => (a.object < b.object ? -1 : a.object > b.object ? 1 : a.start - b.start))
  for (const record of sorted) {
    const run = runs.at(-1)
    const isNear = run?.object === record.object && record.start - run.end <= GAP && record.end - run.start <= LONGEST
    if (run && isNear) {
      run.end = Math.max(run.end, record.end)
      run.records.push(record)
    } else {
      runs.push({ object: record.object, start: record.start, end: record.end, records: [record] })
    }
  }
  return runs
}
