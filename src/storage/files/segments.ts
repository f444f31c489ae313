import { unlink } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { Lane } from '../../core/concurrency.ts'
import { type Log, silentLog } from '../../core/log.ts'
import { realWorld, type World } from '../../core/world.ts'
import type { BlobPiece, BlobRef, Blobs, Naming, CompactionResult } from '../engine.ts'
import { Damage } from '../damage.ts'
import { DiskSpace } from '../disk-full.ts'
import { Appender } from './appender.ts'
import { Descriptors } from './descriptors.ts'
import { type Disk, makeDirectory, realDisk } from './disk.ts'
import { type ReadPiece, Reads } from './reads.ts'
import { contents, HEADER, locationOf, readHeader } from './record.ts'
import { segmentPath, segmentsIn, Tail } from './tail.ts'
import { Compactor } from './compactor.ts'

/** Octets of a record that are checked at a time. */
const PIECE = 1024 ** 2
/** Octets: large enough for few files, small enough to be compacted at once. */
const SEGMENT = 64 * 1024 ** 2

export interface SegmentOptions {
  readonly disk?: Disk
  readonly world?: World
  readonly room?: DiskSpace
  readonly log?: Log
  /** The largest size of a segment in octets, unless it holds one larger record. */
  readonly limit?: number
}

/**
 * Bytes in append-only files of many records each: `000001.seg` and on, in a directory that no other program writes to.
 * A whole record is checked against its checksum when it is read; a part of one only by {@link check}. Bytes that
 * cannot be read are refused as `damaged`, and logged.
 */
export class SegmentBlobs implements Blobs {
  readonly #appender: Appender
  readonly #descriptors: Descriptors
  readonly #reads: Reads
  readonly #tidier: Compactor
  readonly #tidying = new Lane()
  readonly #damage: Damage
  readonly #path: (segment: number) => string
  #closed = false

  private constructor(dir: string, options: SegmentOptions) {
    const { disk = realDisk, world = realWorld, log = silentLog, limit = SEGMENT } = options
    const { room = new DiskSpace(world, log) } = options
    this.#damage = new Damage(world, log)
    const tail = new Tail(dir, disk, limit)
    const path = (segment: number) => segmentPath(dir, segment)
    this.#path = path
    const descriptors = new Descriptors(path)
    const sealed = () => segmentsIn(dir).filter((segment) => segment < tail.segment)
    const reads = new Reads(descriptors, (segment) => tail.stable(segment))
    this.#appender = new Appender(tail, { limit, room, cutOff: (segment, end) => reads.cutOff(segment, end) })
    this.#descriptors = descriptors
    this.#reads = reads
    this.#tidier = new Compactor({ disk, world, descriptors, path, sealed })
  }

  /** Creates the directory if it does not exist. */
  static async open(dir: string, options: SegmentOptions): Promise<SegmentBlobs> {
    await makeDirectory(dir)
    return new SegmentBlobs(dir, options)
  }

  append(bytes: Uint8Array): Promise<BlobRef> {
    return this.#appender.append(bytes)
  }

  async read(ref: BlobRef, start?: number, end?: number): Promise<Buffer> {
    const wanted = requestOf({ blob: ref, start, end })
    return this.#checked(wanted, await this.#attempt(ref, this.#reads.read(wanted)))
  }

  async readAll(pieces: readonly BlobPiece[], memory?: Buffer): Promise<readonly Buffer[]> {
    const wanted = pieces.map(requestOf)
    const found = await this.#reads.readAll(wanted, memory).catch(async (error: unknown) => {
      // A read of several pieces failed. Reading each alone shows which piece failed.
      for (const { blob, start, end } of pieces) await this.read(blob, start, end)
      throw error
    })
    return found.map((octets, nth) => this.#checked(wanted[nth]!, octets))
  }

  async check(ref: BlobRef): Promise<void> {
    const { offset, ...place } = locationOf(ref)
    let checksum = 0
    let head: ReturnType<typeof readHeader>
    const end = offset + HEADER + place.length
    for (let start = offset; start < end; start += PIECE) {
      const piece = { segment: place.segment, record: offset, start, end: Math.min(start + PIECE, end) }
      const octets = await this.#attempt(ref, this.#reads.read(piece))
      if (octets.length < piece.end - start) throw this.#damage.of(ref, 'are not there')
      head ??= readHeader(octets)
      checksum = crc32(start === offset ? octets.subarray(HEADER) : octets, checksum)
    }
    if (head?.length !== place.length || head.checksum !== checksum) throw this.#damage.of(ref, 'are damaged')
  }

  keep(naming: Naming): void {
    this.#tidier.keep(naming)
  }

  async discard(refs: readonly BlobRef[]): Promise<void> {
    this.#tidier.dropped(await this.#appender.discard(refs))
  }

  dropped(refs: readonly BlobRef[]): void {
    this.#tidier.dropped(refs)
  }

  /** Runs one step at a time. */
  tidy(): Promise<CompactionResult | undefined> {
    return this.#tidying.run(() => (this.#closed ? undefined : this.#tidier.step()))
  }

  /** Removes a segment to which nothing is added any more, with all its records. Running reads may fail. */
  async remove(segment: number): Promise<void> {
    await this.#descriptors.drop(segment)
    await unlink(this.#path(segment))
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#tidying.run(() => {})

    await this.#appender.close()
    await this.#descriptors.close()
  }

  #attempt(ref: BlobRef, reading: Promise<Buffer>): Promise<Buffer> {
    return reading.catch((error: unknown) => {
      throw this.#damage.refusal(ref, error)
    })
  }

  #checked({ ref, whole, start, end }: ReadRequest, found: Buffer): Buffer {
    if (found.length < end - start) throw this.#damage.of(ref, 'are not there')
    if (!whole) return found
    const octets = contents(found)
    if (!octets) throw this.#damage.of(ref, 'are damaged')
    return octets
  }
}

interface ReadRequest extends ReadPiece {
  readonly ref: BlobRef
  /** True if the piece is a whole record with its header, which can be checked. */
  readonly whole: boolean
}

function requestOf({ blob, start = 0, end = Infinity }: BlobPiece): ReadRequest {
  const { segment, offset, length } = locationOf(blob)
  const from = Math.min(Math.max(start, 0), length)
  const to = Math.min(Math.max(end, from), length)
  const whole = from === 0 && to === length
  return {
    ref: blob,
    whole,
    segment,
    record: offset,
    start: whole ? offset : offset + HEADER + from,
    end: offset + HEADER + to,
  }
}
