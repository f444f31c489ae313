import type { BlobRef } from '../engine.ts'
import { gathered } from '../gathered.ts'
import type { Room } from '../disk-full.ts'
import { HEADER, header, refOf } from './record.ts'
import type { Tail } from './tail.ts'

/** What one write and one sync take together at most. */
const GROUP_MEMBERS = 256
const GROUP_OCTETS = 16 * 1024 ** 2

interface Pending {
  readonly head: Buffer
  readonly bytes: Uint8Array
  readonly resolve: (ref: BlobRef) => void
  readonly reject: (reason: unknown) => void
}

/** Takes records one after another; those that meet share one write and one sync. */
export class Appender {
  readonly #tail: Tail
  readonly #limit: number
  readonly #room: Room
  #queue: Pending[] = []
  #draining: Promise<void> | undefined
  #closed = false

  /** `limit`: octets after which the next record starts a new file. */
  constructor(tail: Tail, limit: number, room: Room) {
    this.#tail = tail
    this.#limit = limit
    this.#room = room
  }

  append(bytes: Uint8Array): Promise<BlobRef> {
    if (this.#closed) return Promise.reject(new Error('The store is closed'))
    return new Promise((resolve, reject) => {
      this.#queue.push({ head: header(bytes), bytes, resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  /** Finishes what is queued and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#draining
    await this.#tail.close()
  }

  async #drain(): Promise<void> {
    for (;;) {
      await gathered(() => this.#queue.length)
      const group = this.#takeGroup()
      if (group.length === 0) break
      await this.#write(group)
    }
    this.#draining = undefined
  }

  /** As many as fit together; always one when there is one, however large. */
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

const size = ({ bytes }: Pending): number => HEADER + bytes.length
