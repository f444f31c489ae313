import { crc32 } from 'node:zlib'

/**
 * A compacted segment begins with a mark, the number of its records, a checksum of the list, and a checksum of these
 * three.
 */
const HEAD = 16
const MARK = 0x32424f50
const ENTRY = 8

/** The offset of a record in the original segment, and in the current one. */
export interface Moved {
  readonly from: number
  readonly to: number
}

/**
 * Locates the records of a compacted segment. References keep the original offset of a record, so rows need not change
 * when it moves.
 */
export class Moves {
  /** Ascending. */
  readonly #from: Uint32Array
  readonly #to: Uint32Array

  constructor(moved: readonly Moved[]) {
    this.#from = Uint32Array.from(moved, ({ from }) => from)
    this.#to = Uint32Array.from(moved, ({ to }) => to)
  }

  get size(): number {
    return this.#from.length
  }

  at(nth: number): Moved {
    return { from: this.#from[nth]!, to: this.#to[nth]! }
  }

  /** The current offset of a record's octet, by the original offsets of both; undefined if the record was removed. */
  placeOf(record: number, octet: number): number | undefined {
    const nth = this.#nth(record)
    return nth < 0 ? undefined : this.#to[nth]! + octet - record
  }

  /** The list in the format of the file. */
  encoded(): Buffer {
    const list = Buffer.alloc(this.size * ENTRY)
    for (let nth = 0; nth < this.size; nth++) {
      list.writeUInt32LE(this.#from[nth]!, nth * ENTRY)
      list.writeUInt32LE(this.#to[nth]!, nth * ENTRY + 4)
    }
    const head = Buffer.alloc(HEAD)
    head.writeUInt32LE(MARK, 0)
    head.writeUInt32LE(this.size, 4)
    head.writeUInt32LE(crc32(list), 8)
    head.writeUInt32LE(crc32(head.subarray(0, 12)), 12)
    return Buffer.concat([head, list])
  }

  #nth(record: number): number {
    let low = 0
    let high = this.size
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#from[middle]! < record) low = middle + 1
      else high = middle
    }
    return low < this.size && this.#from[low] === record ? low : -1
  }
}

/** Octets of the list of `records` records. */
export const movesLength = (records: number): number => HEAD + records * ENTRY

/** Reads the list by `read(offset, length)`; undefined for a segment that was not compacted. */
export async function readMoves(read: (offset: number, length: number) => Promise<Buffer>): Promise<Moves | undefined> {
  const head = await read(0, HEAD)
  if (head.length < HEAD || head.readUInt32LE(0) !== MARK) return undefined
  const list = await read(HEAD, head.readUInt32LE(4) * ENTRY)
  if (crc32(head.subarray(0, 12)) !== head.readUInt32LE(12) || crc32(list) !== head.readUInt32LE(8)) {
    throw Object.assign(new Error('The list of records of a compacted segment is damaged'), { code: 'EBADMSG' })
  }
  const moved = Array.from({ length: list.length / ENTRY }, (_, nth) => ({
    from: list.readUInt32LE(nth * ENTRY),
    to: list.readUInt32LE(nth * ENTRY + 4),
  }))
  return new Moves(moved)
}
