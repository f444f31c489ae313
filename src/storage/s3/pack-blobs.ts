import { rm } from 'node:fs/promises'
import path from 'node:path'
import { Lane } from '../../core/concurrency.ts'
import type { MailboxId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import { Refusal } from '../../core/refusal.ts'
import { SECOND } from '../../core/time.ts'
import type { World } from '../../core/world.ts'
import { Damage } from '../damage.ts'
import type { BlobPiece, BlobRef, Blobs, CompactionResult, Leases, Naming } from '../engine.ts'
import type { PackDatabase } from './database.ts'
import { DroppedRecords } from './dropped-records.ts'
import { LargeBlobs } from './large-blobs.ts'
import { LeasedLoop } from './leased-loop.ts'
import { type ObjectStore, ObjectStoreError } from './object-store.ts'
import { NamedRecords } from './named-records.ts'
import { ObjectRemover } from './object-remover.ts'
import { PackKeeper } from './pack-keeper.ts'
import { PackLocations } from './pack-locations.ts'
import { PackMerger } from './pack-merger.ts'
import { PackStorer } from './pack-storer.ts'
import { PackWriter } from './pack-writer.ts'
import { locationOf, RECORD } from './record.ts'
import { RecordCache } from './record-cache.ts'
import { RecordReader } from './record-reader.ts'
import { Spool } from './spool.ts'

/** Milliseconds for which the end of a merge is awaited when the store closes. */
const CLOSING = 10 * SECOND

export interface PackOptions {
  readonly database: PackDatabase
  /** The same database by another connection, for statements that may take long. */
  readonly background: PackDatabase
  readonly objects: ObjectStore
  readonly leases: Leases
  readonly world: World
  readonly log: Log
  /** The name of this node, which no other running node has. */
  readonly node: string
  /** The nodes whose heartbeat is not older than 30 seconds. */
  readonly livingNodes: () => Promise<readonly string[]>
  /** The directory of the cache, which is emptied. Files of merges are in a directory beside it. */
  readonly cache: string
  /** The most octets of the cache and of the spool. */
  readonly cacheOctets: number
  readonly spoolOctets: number
  /** Milliseconds for which objects that nothing names are kept. */
  readonly kept: number
}

/**
 * Bytes in packs: records of up to 1 MB are added to tables of the database, the spool, and are durable then. A pack of
 * 8 MB, or of 30 seconds, becomes one object of the object store. Longer bytes are an object at once. A reference names
 * pack, offset and length, and stays valid wherever the octets are.
 */
export class PackBlobs implements Blobs {
  readonly #writer: PackWriter
  readonly #storer: PackStorer
  readonly #large: LargeBlobs
  readonly #reader: RecordReader
  readonly #cache: RecordCache
  readonly #keeper: PackKeeper
  /** The work of one node for the spool, and for the objects. */
  readonly #spoolLoop: LeasedLoop
  readonly #objectLoop: LeasedLoop
  readonly #remover: ObjectRemover
  readonly #named = new NamedRecords()
  readonly #dropped: DroppedRecords
  readonly #merger: PackMerger
  readonly #merging = new Lane()
  readonly #world: World
  #closed = false

  private constructor(options: PackOptions, cache: RecordCache) {
    const { database, background, objects, world, log, node, livingNodes, spoolOctets, kept } = options
    const key = (pack: number) => `packs/${pack}-${Buffer.from(world.bytes(12)).toString('hex')}`
    const spool = new Spool(database, node, spoolOctets)
    const patient = new Spool(background, node, spoolOctets)
    const storer = new PackStorer({ database: background, spool: patient, objects, world, log, key })
    const writer = new PackWriter({ spool, storer, world })
    const locations = new PackLocations({ database, objects, world })
    const held = (pack: number, start: number, end: number) =>
      writer.held(pack, start, end) ?? storer.held(pack, start, end)
    this.#world = world
    this.#writer = writer
    this.#storer = storer
    this.#cache = cache
    this.#large = new LargeBlobs({ database, objects, node, key })
    this.#reader = new RecordReader({ spool, objects, locations, cache, damage: new Damage(world, log), held })
    const file = () => path.join(mergesOf(options), Buffer.from(world.bytes(6)).toString('hex'))
    this.#dropped = new DroppedRecords(background, world)
    this.#merger = new PackMerger({ database: background, objects, named: this.#named, world, log, key, file })
    this.#remover = new ObjectRemover({ database: background, objects, world, kept })
    const keeper = new PackKeeper({ spool: patient, storer, world, livingNodes, open: () => writer.open })
    this.#keeper = keeper
    this.#spoolLoop = new LeasedLoop(world, () => keeper.look())
    this.#objectLoop = new LeasedLoop(world, () => this.#tidyObjects())
  }

  static async open(options: PackOptions): Promise<PackBlobs> {
    const { cache: dir, cacheOctets: limit, world, leases } = options
    await rm(mergesOf(options), { recursive: true, force: true })
    const blobs = new PackBlobs(options, await RecordCache.open({ dir, limit, world }))
    // The spool does not wait for a merge, which takes long, or for objects while the object store is away.
    blobs.#keeper.start()
    leases.run('spool', (signal) => blobs.#spoolLoop.run(signal))
    leases.run('objects', (signal) => blobs.#objectLoop.run(signal))
    return blobs
  }

  async append(bytes: Uint8Array, near?: MailboxId): Promise<BlobRef> {
    if (bytes.length <= RECORD) return this.#writer.append(bytes, near)
    try {
      return await this.#large.append(bytes, near)
    } catch (error) {
      if (!(error instanceof ObjectStoreError)) throw error
      throw new Refusal('busy', 'The object store cannot be written to at the moment')
    }
  }

  async read(ref: BlobRef, start?: number, end?: number): Promise<Buffer> {
    return (await this.#reader.readAll([{ blob: ref, start, end }]))[0]!
  }

  readAll(pieces: readonly BlobPiece[]): Promise<readonly Buffer[]> {
    return this.#reader.readAll(pieces)
  }

  check(ref: BlobRef): Promise<void> {
    return this.#reader.check(ref)
  }

  keep(naming: Naming): void {
    this.#named.keep(naming)
  }

  /** Removes longer bytes at once. */
  async discard(refs: readonly BlobRef[]): Promise<void> {
    const [large, small] = [refs.filter(isLarge), refs.filter((ref) => !isLarge(ref))]
    this.#dropped.add(small)
    await Promise.all(large.map((ref) => this.#large.discard(ref)))
  }

  dropped(refs: readonly BlobRef[]): void {
    this.#dropped.add(refs)
  }

  /** Undefined at nodes that do not hold the lease. */
  async tidy(): Promise<CompactionResult | undefined> {
    return this.#objectLoop.isHolder ? this.#tidy() : undefined
  }

  #tidy(): Promise<CompactionResult | undefined> {
    return this.#merging.run(async () => {
      if (this.#closed) return undefined
      if (await this.#dropped.flush()) this.#merger.hurry()
      return this.#merger.step()
    })
  }

  async #tidyObjects(): Promise<void> {
    try {
      await this.#tidy()
      await this.#remover.step()
    } catch (error) {
      // It is tried again in the next round, and the storer logs that the object store is away.
      if (!(error instanceof ObjectStoreError && error.fault === 'away')) throw error
    }
  }

  /** Stores the open pack, if that is possible soon; otherwise another node does it. */
  async close(): Promise<void> {
    this.#closed = true
    this.#keeper.stop()
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const cancel = this.#world.after(CLOSING, resolve)
    await Promise.race([this.#merging.run(() => {}), late])
    cancel()
    await this.#writer.close()
    await this.#dropped.close()
    await this.#storer.close()
    await this.#cache.close()
  }
}

/** The directory of unfinished merges, which is emptied at the start. */
const mergesOf = ({ cache }: PackOptions): string => `${cache}-merges`

const isLarge = (ref: BlobRef): boolean => locationOf(ref).length > RECORD
