import { SECOND } from '../../core/time.ts'
import type { MailboxId } from '../../core/ids.ts'
import { Refusal } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { BlobRef } from '../engine.ts'
import { gatherGroup } from '../gather-group.ts'
import type { PackStorer } from './pack-storer.ts'
import { refOf, storedLength, writeRecord } from './record.ts'
import type { SpooledPack, Spool } from './spool.ts'

/** Octets of a pack that is stored as one object, and milliseconds after which it is stored in any case. */
export const PACK = 8 * 1024 ** 2
const PACK_AGE = 30 * SECOND
/** The most records and octets of one statement. A single record may be larger. */
const GROUP_MEMBERS = 256
const GROUP_OCTETS = 1024 ** 2
/** Statements that are under way at a time. */
const IN_FLIGHT = 2
/** Milliseconds after which a full spool is looked at again. */
const FULL_AGAIN = SECOND

interface Pending {
  readonly bytes: Uint8Array
  readonly near: MailboxId | undefined
  readonly resolve: (ref: BlobRef) => void
  readonly reject: (reason: unknown) => void
}

/** A pack to which this node adds records. */
interface OpenPack extends SpooledPack {
  /** All octets of the pack, as in the spool. */
  readonly image: Buffer
  end: number
  readonly adding: Set<Promise<void>>
  /** Ends the wait for its age. */
  readonly forget: () => void
}

interface Parts {
  readonly spool: Spool
  readonly storer: PackStorer
  readonly world: World
}

/** Adds records to the open pack of this node. Concurrent appends share a statement. */
export class PackWriter {
  readonly #parts: Parts
  readonly #queue: Pending[] = []
  readonly #adding = new Set<Promise<void>>()
  #pack: OpenPack | undefined
  #draining: Promise<void> | undefined
  #fullUntil = Number.NEGATIVE_INFINITY
  #closed = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** `bytes` fit into one record. */
  append(bytes: Uint8Array, near?: MailboxId): Promise<BlobRef> {
    if (this.#closed) return Promise.reject(new Error('The store is closed'))
    return new Promise((resolve, reject) => {
      this.#queue.push({ bytes, near, resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  /** The open pack, if there is one. */
  get open(): readonly number[] {
    return this.#pack ? [this.#pack.pack] : []
  }

  /** The octets of a pack from `start` up to `end`, if this node is adding to it. */
  held(pack: number, start: number, end: number): Buffer | undefined {
    const open = this.#pack
    return open?.pack === pack && end <= open.end ? open.image.subarray(start, end) : undefined
  }

  /** Finishes the queue, seals the pack and accepts nothing more. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#draining) await this.#draining
    void this.#seal()
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      await gatherGroup(() => this.#queue.length)
      const group = this.#takeGroup()
      try {
        const pack = await this.#packFor(group.reduce((sum, { bytes }) => sum + storedLength(bytes.length), 0))
        this.#send(pack, group)
        if (this.#adding.size >= IN_FLIGHT) await Promise.race(this.#adding)
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
      if (this.#queue.length === 0) await Promise.all(this.#adding)
    }
    this.#draining = undefined
  }

  #takeGroup(): readonly Pending[] {
    let octets = 0
    const fits = this.#queue.findIndex(({ bytes }, at) => {
      octets += storedLength(bytes.length)
      return at > 0 && (at === GROUP_MEMBERS || octets > GROUP_OCTETS)
    })
    return this.#queue.splice(0, fits < 0 ? this.#queue.length : fits)
  }

  async #packFor(octets: number): Promise<OpenPack> {
    if (this.#pack && this.#pack.end + octets > PACK) void this.#seal()
    return (this.#pack ??= await this.#open())
  }

  async #open(): Promise<OpenPack> {
    const { spool, world } = this.#parts
    const opened = world.elapsed() < this.#fullUntil ? undefined : await spool.open()
    if (!opened) {
      if (world.elapsed() >= this.#fullUntil) this.#fullUntil = world.elapsed() + FULL_AGAIN
      throw new Refusal('no-room', 'There is no room in the spool at the moment')
    }
    const forget = world.after(PACK_AGE, () => {
      if (this.#pack?.pack === opened.pack) void this.#seal()
    })
    return { ...opened, image: Buffer.allocUnsafeSlow(PACK), end: 0, adding: new Set(), forget }
  }

  #send(pack: OpenPack, group: readonly Pending[]): void {
    const start = pack.end
    const refs = group.map(({ bytes, near }) => {
      const location = { pack: pack.pack, offset: pack.end, length: bytes.length }
      pack.end += storedLength(bytes.length)
      writeRecord(pack.image.subarray(location.offset, pack.end), bytes, { ...location, near })
      return refOf(location)
    })
    const adding = this.#add(pack, start, group, refs).finally(() => {
      pack.adding.delete(adding)
      this.#adding.delete(adding)
    })
    pack.adding.add(adding)
    this.#adding.add(adding)
  }

  async #add(pack: OpenPack, start: number, group: readonly Pending[], refs: readonly BlobRef[]): Promise<void> {
    try {
      const isAdded = await this.#parts.spool.add(pack, start, pack.image.subarray(start, pack.end))
      if (isAdded) {
        for (const [nth, { resolve }] of group.entries()) resolve(refs[nth]!)
        return
      }
      // Another node sealed the pack, because this one seemed dead. The records go into another pack.
      this.#abandon(pack)
      this.#queue.unshift(...group)
      this.#draining ??= this.#drain()
    } catch (error) {
      // The records may or may not be in the spool. Nothing more is added to this pack.
      if (this.#pack === pack) void this.#seal()
      for (const { reject } of group) reject(error)
    }
  }

  #abandon(pack: OpenPack): void {
    pack.forget()
    if (this.#pack === pack) this.#pack = undefined
  }

  async #seal(): Promise<void> {
    const pack = this.#pack
    if (!pack) return
    this.#abandon(pack)
    await this.#parts.storer.seal(pack, async () => {
      await Promise.all(pack.adding)
      return pack.image.subarray(0, pack.end)
    })
  }
}
