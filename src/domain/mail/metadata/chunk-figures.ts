import type { Uid } from '../../../core/ids.ts'
import type { InternalDate, Slices } from '../types.ts'

/** The numbers that belong to a message. */
export interface Figures {
  readonly octets: number
  readonly lineOctets: number
  readonly headerOctets: number
  readonly received: InternalDate
  readonly savedAt: number | undefined
}

/** The number of UIDs in a chunk. */
export const CHUNK = 256

const OCTETS = CHUNK * (2 * 8 + 3 * 4 + 2)

/** The numbers of a chunk's messages, in the stored format. */
export class ChunkFigures {
  readonly bytes: Buffer
  /** NaN if there is no message. */
  readonly #dates: Float64Array
  /** NaN if the time is not known. */
  readonly #saved: Float64Array
  readonly #sizes: Uint32Array
  readonly #zones: Int16Array

  constructor(stored: Uint8Array) {
    const { buffer, byteOffset } = stored.byteOffset % 8 === 0 ? stored : new Uint8Array(stored)
    this.bytes = Buffer.from(buffer, byteOffset, OCTETS)
    this.#dates = new Float64Array(buffer, byteOffset, CHUNK)
    this.#saved = new Float64Array(buffer, byteOffset + CHUNK * 8, CHUNK)
    this.#sizes = new Uint32Array(buffer, byteOffset + CHUNK * 16, CHUNK * 3)
    this.#zones = new Int16Array(buffer, byteOffset + CHUNK * 28, CHUNK)
  }

  static of(uids: readonly Uid[], values: readonly Figures[]): ChunkFigures {
    const figures = new ChunkFigures(new Uint8Array(OCTETS))
    figures.#dates.fill(Number.NaN)
    for (const [nth, uid] of uids.entries()) figures.#set(uid % CHUNK, values[nth]!)
    return figures
  }

  /** Joins these figures with those of `newer`, which has other UIDs. */
  joined(newer: ChunkFigures): ChunkFigures {
    const both = new ChunkFigures(new Uint8Array(this.bytes))
    for (let place = 0; place < CHUNK; place++) {
      if (newer.has(place as Uid)) both.#set(place, newer.#at(place))
    }
    return both
  }

  has(uid: Uid): boolean {
    return !Number.isNaN(this.#dates[uid % CHUNK]!)
  }

  octets(uid: Uid): number {
    return this.#sizes[uid % CHUNK]!
  }

  lineOctets(uid: Uid): number {
    return this.#sizes[CHUNK + (uid % CHUNK)]!
  }

  headerOctets(uid: Uid): number {
    return this.#sizes[2 * CHUNK + (uid % CHUNK)]!
  }

  received(uid: Uid): InternalDate {
    return { at: this.#dates[uid % CHUNK]!, zone: this.#zones[uid % CHUNK]! }
  }

  savedAt(uid: Uid): number | undefined {
    const at = this.#saved[uid % CHUNK]!
    return Number.isNaN(at) ? undefined : at
  }

  #at(place: number): Figures {
    const uid = place as Uid
    return {
      octets: this.octets(uid),
      lineOctets: this.lineOctets(uid),
      headerOctets: this.headerOctets(uid),
      received: this.received(uid),
      savedAt: this.savedAt(uid),
    }
  }

  #set(place: number, { octets, lineOctets, headerOctets, received, savedAt }: Figures): void {
    this.#dates[place] = received.at
    this.#saved[place] = savedAt ?? Number.NaN
    this.#zones[place] = received.zone
    for (const [nth, size] of [octets, lineOctets, headerOctets].entries()) this.#sizes[nth * CHUNK + place] = size
  }
}

export const chunkOf = (uid: number): number => Math.floor(uid / CHUNK)

/** The table of offsets: one for each UID and the last end. */
const TABLE = (CHUNK + 1) * 4

/**
 * One part of the messages of a chunk: a table of offsets, then the octets. The format on disk and in memory is the
 * same, so reading needs no conversion.
 */
export class ChunkSlices implements Slices {
  readonly bytes: Buffer
  readonly #offsets: Uint32Array

  constructor(stored: Uint8Array) {
    const { buffer, byteOffset, length } = stored.byteOffset % 4 === 0 ? stored : new Uint8Array(stored)
    this.bytes = Buffer.from(buffer, byteOffset, length)
    this.#offsets = new Uint32Array(buffer, byteOffset, CHUNK + 1)
  }

  /** Packs one value for each of the UIDs, which are ascending and of one chunk. */
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

  /** Joins these slices with those of `newer`, whose UIDs are all larger. */
  joined(newer: ChunkSlices): ChunkSlices {
    const both = ChunkSlices.#sized(this.bytes.length + newer.bytes.length - TABLE)
    both.bytes.set(this.bytes)
    both.bytes.set(newer.bytes.subarray(TABLE), this.bytes.length)
    for (let place = 0; place <= CHUNK; place++) {
      both.#offsets[place] = this.#offsets[place]! + newer.#offsets[place]! - TABLE
    }
    return both
  }

  /** False if there is no message: no value is empty. */
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
