import type { Uid } from '../../../core/ids.ts'
import type { Slices } from '../types.ts'

/** UIDs of a chunk. */
export const CHUNK = 256

export const chunkOf = (uid: number): number => Math.floor(uid / CHUNK)

/** Offsets of what lies where, one for each place and the last end. */
const TABLE = (CHUNK + 1) * 4

/**
 * One thing about the messages of a chunk: a table of offsets, then the octets. Stored and held in the same form, so
 * that nothing has to be done to use it.
 */
export class ChunkSlices implements Slices {
  readonly bytes: Buffer
  readonly #offsets: Uint32Array

  constructor(stored: Uint8Array) {
    const { buffer, byteOffset, length } = stored.byteOffset % 4 === 0 ? stored : new Uint8Array(stored)
    this.bytes = Buffer.from(buffer, byteOffset, length)
    this.#offsets = new Uint32Array(buffer, byteOffset, CHUNK + 1)
  }

  /** What each of the UIDs, ascending and of one chunk, has. */
  static of(uids: readonly Uid[], values: readonly Uint8Array[]): ChunkSlices {
    const slices = ChunkSlices.#sized(values.reduce((octets, value) => octets + value.length, TABLE))
    let [place, end] = [0, TABLE]
    for (const [nth, uid] of uids.entries()) {
      slices.#offsets.fill(end, place, (uid % CHUNK) + 1)
      slices.bytes.set(values[nth]!, end)
      end += values[nth]!.length
      place = (uid % CHUNK) + 1
    }
    slices.#offsets.fill(end, place)
    return slices
  }

  static #sized(octets: number): ChunkSlices {
    return new ChunkSlices(new Uint8Array(octets))
  }

  /** With those of `newer`, which has only UIDs that are larger than any of these. */
  joined(newer: ChunkSlices): ChunkSlices {
    const both = ChunkSlices.#sized(this.bytes.length + newer.bytes.length - TABLE)
    both.bytes.set(this.bytes)
    both.bytes.set(newer.bytes.subarray(TABLE), this.bytes.length)
    for (let place = 0; place <= CHUNK; place++) {
      both.#offsets[place] = this.#offsets[place]! + newer.#offsets[place]! - TABLE
    }
    return both
  }

  /** Nothing that is kept here is empty for a message that is there. */
  has(uid: Uid): boolean {
    return this.end(uid) > this.start(uid)
  }

  start(uid: Uid): number {
    return this.#offsets[uid % CHUNK]!
  }

  end(uid: Uid): number {
    return this.#offsets[(uid % CHUNK) + 1]!
  }
}
