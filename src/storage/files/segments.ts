import type { BlobPiece, BlobRef, Blobs } from '../engine.ts'
import { Appender } from './appender.ts'
import { Descriptors } from './descriptors.ts'
import { type Disk, makeDirectory } from './disk.ts'
import { type Piece, Reads } from './reads.ts'
import { contents, HEADER, placeOf } from './record.ts'
import { segmentPath, Tail } from './tail.ts'

/** Octets: large enough for few files, small enough to be compacted in one go. */
const SEGMENT = 64 * 1024 ** 2

/**
 * Bytes in append-only files of many records each: `000001.seg` and on, in a directory that nobody else writes to.
 * A record that is read whole is checked against its checksum; a part of one is not.
 */
export class SegmentBlobs implements Blobs {
  readonly #appender: Appender
  readonly #descriptors: Descriptors
  readonly #reads: Reads

  private constructor(dir: string, disk: Disk, limit: number) {
    this.#appender = new Appender(new Tail(dir, disk), limit)
    this.#descriptors = new Descriptors((segment) => segmentPath(dir, segment))
    this.#reads = new Reads(this.#descriptors)
  }

  /** The directory is made when missing. A segment grows to `limit` octets, or holds one larger record. */
  static async open(dir: string, disk: Disk, limit = SEGMENT): Promise<SegmentBlobs> {
    await makeDirectory(dir)
    return new SegmentBlobs(dir, disk, limit)
  }

  append(bytes: Uint8Array): Promise<BlobRef> {
    return this.#appender.append(bytes)
  }

  async read(ref: BlobRef, start?: number, end?: number): Promise<Buffer> {
    const wanted = wantedOf({ blob: ref, start, end })
    return checked(wanted, await this.#reads.read(wanted))
  }

  async readAll(pieces: readonly BlobPiece[]): Promise<readonly Buffer[]> {
    const wanted = pieces.map(wantedOf)
    const found = await this.#reads.readAll(wanted)
    return found.map((octets, nth) => checked(wanted[nth]!, octets))
  }

  async close(): Promise<void> {
    await this.#appender.close()
    await this.#descriptors.close()
  }
}

interface Wanted extends Piece {
  readonly ref: BlobRef
  /** The record with its header, so that it can be checked. */
  readonly whole: boolean
}

function wantedOf({ blob, start = 0, end = Infinity }: BlobPiece): Wanted {
  const { segment, offset, length } = placeOf(blob)
  const from = Math.min(Math.max(start, 0), length)
  const to = Math.min(Math.max(end, from), length)
  const whole = from === 0 && to === length
  return { ref: blob, whole, segment, start: whole ? offset : offset + HEADER + from, end: offset + HEADER + to }
}

function checked({ ref, whole, start, end }: Wanted, found: Buffer): Buffer {
  if (found.length < end - start) throw new Error(`The bytes of ${ref} are not there`)
  if (!whole) return found
  return contents(found) ?? damaged(ref)
}

const damaged = (ref: BlobRef): never => {
  throw new Error(`The bytes of ${ref} are damaged`)
}
