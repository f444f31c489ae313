import type { Log } from '../../core/log.ts'
import { Refusal } from '../../core/refusal.ts'
import { MINUTE, SECOND } from '../../core/time.ts'
import type { World } from '../../core/world.ts'
import type { PackDatabase } from './database.ts'
import { type ObjectStore, ObjectStoreError } from './object-store.ts'
import type { SpooledPack, Spool } from './spool.ts'

/** Packs that are sent at a time. */
const SENT = 2
/** Packs whose octets stay in memory while they wait. The octets of the others are read from the spool. */
const HELD = 4
/** Milliseconds before a pack that failed is sent again: the first time, and at most. */
const AGAIN = SECOND
const AGAIN_MOST = 30 * SECOND
/** Milliseconds between two log lines. */
const LOGGED = MINUTE
/** Milliseconds that the last attempts may take when the store closes. */
const CLOSING = 10 * SECOND

/** A sealed pack that is to be stored. */
interface WaitingPack extends SpooledPack {
  /** Resolves with the octets, if this node has them. */
  image: (() => Promise<Buffer>) | undefined
  octets: Buffer | undefined
  isSealed: boolean
  readonly done: () => void
}

interface Parts {
  readonly database: PackDatabase
  readonly spool: Spool
  readonly objects: ObjectStore
  readonly world: World
  readonly log: Log
  /** A key that no object has or had. */
  readonly key: (pack: number) => string
}

/** Stores sealed packs, each as one object, and tries again as long as that fails. */
export class PackStorer {
  readonly #parts: Parts
  readonly #packs = new Map<number, WaitingPack>()
  readonly #queue: WaitingPack[] = []
  readonly #sending = new Set<Promise<void>>()
  #pause = AGAIN
  #isPaused = false
  #logged = Number.NEGATIVE_INFINITY
  #closed = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Seals a pack of this node, and stores it. Resolves when it is stored, or another node does it. */
  async seal(pack: SpooledPack, image: () => Promise<Buffer>): Promise<void> {
    await this.#add({ ...pack, image }, false)
  }

  /** Stores sealed packs of the spool. */
  store(packs: readonly SpooledPack[]): void {
    for (const pack of packs) if (!this.#packs.has(pack.pack)) void this.#add({ ...pack, image: undefined }, true)
  }

  /** The packs that are not stored yet. */
  get packs(): readonly number[] {
    return [...this.#packs.keys()]
  }

  /** The octets of a pack from `start` up to `end`, if they are in memory. */
  held(pack: number, start: number, end: number): Buffer | undefined {
    const { octets } = this.#packs.get(pack) ?? {}
    return octets && end <= octets.length ? octets.subarray(start, end) : undefined
  }

  /** Makes one more attempt for each pack, as long as that is possible soon, and leaves the rest to the other nodes. */
  async close(): Promise<void> {
    this.#closed = true
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const cancel = this.#parts.world.after(CLOSING, resolve)
    const lanes = Array.from({ length: SENT }, () => this.#sendLast())
    await Promise.race([Promise.all([...lanes, ...this.#sending]), late])
    cancel()
    this.#queue.length = 0
    for (const { done } of this.#packs.values()) done()
  }

  /** Ends at the first failure: most often the object store is away, and the other packs would fail, too. */
  async #sendLast(): Promise<void> {
    try {
      for (let pack = this.#queue.shift(); pack; pack = this.#queue.shift()) await this.#attempt(pack)
    } catch {
      this.#queue.length = 0
    }
  }

  #add(pack: SpooledPack & Pick<WaitingPack, 'image'>, isSealed: boolean): Promise<void> {
    const { promise, resolve: done } = Promise.withResolvers<void>()
    const waiting: WaitingPack = {
      pack: pack.pack,
      slot: pack.slot,
      image: pack.image,
      octets: undefined,
      isSealed,
      done,
    }
    this.#packs.set(pack.pack, waiting)
    this.#queue.push(waiting)
    for (const other of this.#queue.slice(HELD)) other.image = other.octets = undefined
    this.#next()
    return promise
  }

  #next(): void {
    while (!this.#closed && !this.#isPaused && this.#sending.size < SENT) {
      const pack = this.#queue.shift()
      if (!pack) return
      const sending = this.#send(pack).finally(() => {
        this.#sending.delete(sending)
        this.#next()
      })
      this.#sending.add(sending)
    }
  }

  async #send(pack: WaitingPack): Promise<void> {
    try {
      await this.#attempt(pack)
      this.#pause = AGAIN
    } catch (error) {
      // A pack that alone cannot be stored does not hold up the others.
      if (isAway(error)) this.#queue.unshift(pack)
      else this.#queue.push(pack)
      this.#tell(error)
      if (this.#isPaused) return
      this.#isPaused = true
      this.#parts.world.after(this.#pause, () => {
        this.#isPaused = false
        this.#next()
      })
      this.#pause = Math.min(2 * this.#pause, AGAIN_MOST)
    }
  }

  async #attempt(pack: WaitingPack): Promise<void> {
    const { spool } = this.#parts
    if (pack.image) pack.octets = await pack.image()
    if (!pack.isSealed) {
      // Another node took it over, because this one seemed dead, and stores it.
      if (!(await spool.seal(pack))) return this.#finish(pack)
      pack.isSealed = true
    }
    const octets = pack.octets ?? (await spool.contents(pack))
    if (octets.length === 0) await this.#parts.database.query(EMPTY, [pack.pack])
    else await this.#put(pack.pack, octets)
    this.#finish(pack)
  }

  async #put(pack: number, octets: Buffer): Promise<void> {
    const { database, objects, key } = this.#parts
    const object = key(pack)
    await objects.put(object, octets)
    const stored = await database.query(STORED, [pack, object, octets.length])
    // Another node has stored it before.
    if (stored.length === 0) await objects.remove(object).catch(() => {})
  }

  #finish(pack: WaitingPack): void {
    this.#packs.delete(pack.pack)
    pack.done()
  }

  #tell(error: unknown): void {
    const { world, log } = this.#parts
    if (world.elapsed() - this.#logged < LOGGED) return
    this.#logged = world.elapsed()
    const fault = error instanceof ObjectStoreError ? error.message : 'A pack cannot be stored'
    log.error({ error, packs: this.#packs.size }, `${fault}: new bytes stay in the spool until then`)
  }
}

/** Whether the object store or the database is away, and other packs would fail as well. */
const isAway = (error: unknown): boolean =>
  error instanceof ObjectStoreError ? error.fault === 'away' : error instanceof Refusal

const EMPTY = `delete from engine_pack where pack = $1 and state = 'sealed'`

const STORED = `
  update engine_pack set state = 'stored', object = $2, octets = $3, changed = clock_timestamp()
  where pack = $1 and state = 'sealed' returning pack`
