import type { BlobRef } from '../engine.ts'
import { gatherGroup } from '../gather-group.ts'
import type { DiskSpace } from '../disk-full.ts'
import { HEADER, header, type RecordLocation, locationOf, refOf } from './record.ts'
import type { Tail } from './tail.ts'

/** The most records and octets of one write and one sync. */
const GROUP_MEMBERS = 256
const GROUP_OCTETS = 16 * 1024 ** 2

interface Pending {
  readonly head: Buffer
  readonly bytes: Uint8Array
  readonly resolve: (ref: BlobRef) => void
  readonly reject: (reason: unknown) => void
}

interface Options {
  /** Octets after which the next record starts a new file. */
  readonly limit: number
  readonly room: DiskSpace
  /** Called when a segment is cut off at an earlier end. */
  readonly cutOff: (segment: number, end: number) => void
}

interface Discarding {
  readonly refs: readonly BlobRef[]
  readonly resolve: (left: readonly BlobRef[]) => void
}

/** Appends records in order. Concurrent appends share one write and one sync. */
export class Appender {
  readonly #tail: Tail
  readonly #limit: number
  readonly #room: DiskSpace
  readonly #cutOff: Options['cutOff']
  #queue: Pending[] = []
  #discarding: Discarding[] = []
  /** Discarded records of the last segment that are not at its end, by where they end. */
  readonly #holes = new Map<number, RecordLocation>()
  #draining: Promise<void> | undefined
  #closed = false

  constructor(tail: Tail, { limit, room, cutOff }: Options) {
    this.#tail = tail
    this.#limit = limit
    this.#room = room
    this.#cutOff = cutOff
  }

  append(bytes: Uint8Array): Promise<BlobRef> {
    if (this.#closed) return Promise.reject(new Error('The store is closed'))
    return new Promise((resolve, reject) => {
      this.#queue.push({ head: header(bytes), bytes, resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  /** Cuts discarded records off the end of the segment, including those discarded before. Resolves with the rest. */
  discard(refs: readonly BlobRef[]): Promise<readonly BlobRef[]> {
    if (this.#closed || refs.length === 0) return Promise.resolve(refs)
    return new Promise((resolve) => {
      this.#discarding.push({ refs, resolve })
      this.#draining ??= this.#drain()
    })
  }

  /** Finishes the queue and accepts nothing more. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#draining
    await this.#tail.close()
  }

  async #drain(): Promise<void> {
    for (;;) {
      for (const { refs, resolve } of this.#discarding.splice(0)) resolve(await this.#giveBack(refs))
      await gatherGroup(() => this.#queue.length)
      const group = this.#takeGroup()
      if (group.length > 0) await this.#write(group)
      else if (this.#discarding.length === 0) break
    }
    this.#draining = undefined
  }

  async #giveBack(refs: readonly BlobRef[]): Promise<readonly BlobRef[]> {
    const { segment } = this.#tail
    for (const [end, place] of this.#holes) if (place.segment !== segment) this.#holes.delete(end)
    const places = new Map(refs.map((ref) => [locationOf(ref), ref]))
    for (const place of places.keys()) if (place.segment === segment) this.#holes.set(endOf(place), place)
    for (let last = this.#holes.get(this.#tail.end); last; last = this.#holes.get(this.#tail.end)) {
      if (!(await this.#tail.giveBack(segment, last.offset, this.#cutOff))) break
      this.#holes.delete(endOf(last))
      places.delete(last)
    }
    return [...places.values()]
  }

  /** The records of the next group: as many as fit, and at least one, however large. */
  #takeGroup(): readonly Pending[] {
    let octets = 0
    const fits = this.#queue.findIndex((pending, at) => {
      octets += size(pending)
      return at > 0 && (at === GROUP_MEMBERS || octets > GROUP_OCTETS)
    })
    return this.#queue.splice(0, fits < 0 ? this.#queue.length : fits)
  }

  async #write(group: readonly Pending[]): Promise<void> {
    try {
      const octets = group.reduce((sum, pending) => sum + size(pending), 0)
      const { segment, end } = await this.#tail.place((end) => end > 0 && end + octets > this.#limit)
      await this.#tail.add(group.flatMap(({ head, bytes }) => [head, bytes]))
      let offset = end
      for (const pending of group) {
        pending.resolve(refOf({ segment, offset, length: pending.bytes.length }))
        offset += size(pending)
      }
    } catch (error) {
      const reason = this.#room.refusal(error)
      for (const { reject } of group) reject(reason)
    }
  }
}

const endOf = ({ offset, length }: RecordLocation): number => offset + HEADER + length

const size = ({ bytes }: Pending): number => HEADER + bytes.length
