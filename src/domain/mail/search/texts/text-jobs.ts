import type { BlobPiece, Blobs } from '../../../../storage/engine.ts'
import type { Ask, BodyAsk } from '../leaves.ts'
import type { Verdicts } from '../verdicts.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** Octets of many pieces in one buffer, and where each begins and ends. */
interface Stacked {
  readonly bytes: Bytes
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

/** Headers to pack or, with their structures from the rows, whole messages. */
export interface PackJob {
  readonly messages: Stacked
  readonly structures: readonly string[] | undefined
}

/** A column's name or key, and its bytes. */
export type NamedBytes = readonly [name: string, bytes: Bytes]

/** Packed columns, one after another in one buffer. */
export interface Packed {
  readonly bytes: Bytes
  readonly columns: ReadonlyMap<string, ColumnLocation>
}

/** The position of a column in a segment's bytes. */
export interface ColumnLocation {
  readonly start: number
  readonly end: number
}

/** Columns that the thread adds to its memory before the job, and columns that it drops after it. */
export interface ColumnCaching {
  readonly put: readonly NamedBytes[]
  readonly drop: readonly string[]
}

/** Searches columns of these segments. */
export interface ScanJob extends ColumnCaching {
  readonly kind: 'scan'
  readonly asks: readonly Ask[]
  readonly segments: readonly ScannedSegment[]
}

/** Asks which messages of these segments may contain one of the terms. */
export interface SiftJob extends ColumnCaching {
  readonly kind: 'sift'
  readonly asks: readonly BodyAsk[]
  readonly segments: readonly ScannedSegment[]
}

/** Searches texts of messages: for each message its header lines, then its body. */
export interface LookJob extends ColumnCaching {
  readonly kind: 'look'
  readonly asks: readonly BodyAsk[]
  readonly texts: Stacked
}

export type ReadJob = ScanJob | SiftJob | LookJob

export interface ScannedSegment {
  readonly segment: number
  /** The number of its messages. */
  readonly count: number
}

export interface Scanned {
  /** For each message of each segment, for each ask. */
  readonly verdicts: Verdicts
  /** Segments with a wrong format or checksum. */
  readonly damaged: readonly number[]
}

export interface Sifted {
  /** For each message of each segment: 1 if it passes. */
  readonly passing: Uint8Array<ArrayBuffer>
  /** For each message that passes, four offsets: start and end of its lines, start and end of its body. */
  readonly places: Uint32Array<ArrayBuffer>
  readonly damaged: readonly number[]
}

export interface LookResult {
  /** For each message, for each ask, one ask after another. */
  readonly verdicts: Verdicts
  /** Messages whose texts are damaged. */
  readonly damaged: readonly number[]
}

export const columnKey = (segment: number, column: string): string => `${segment} ${column}`

export const unstacked = ({ bytes, starts, ends }: Stacked): readonly Buffer[] =>
  starts.map((start, nth) => Buffer.from(bytes.buffer, start, ends[nth]! - start))

/** The space for gaps between pieces that one read collects, as a share of the octets, and its minimum. */
const BETWEEN = 1 / 8
const LEAST_BETWEEN = 64 * 1024

/** Reads pieces with an end into one buffer that can be transferred. */
export async function readStacked(blobs: Blobs, pieces: readonly BlobPiece[]): Promise<Stacked> {
  const octets = pieces.reduce((sum, { start = 0, end = start }) => sum + end - start, 0)
  const bytes = new Uint8Array(new ArrayBuffer(octets + Math.max(LEAST_BETWEEN, Math.ceil(octets * BETWEEN))))
  const found = await blobs.readAll(pieces, Buffer.from(bytes.buffer))
  const within = found.every(({ buffer }) => buffer === bytes.buffer)
  return within
    ? {
        bytes,
        starts: found.map(({ byteOffset }) => byteOffset),
        ends: found.map(({ byteOffset, length }) => byteOffset + length),
      }
    : stack(found)
}

function stack(pieces: readonly Buffer[]): Stacked {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  const starts: number[] = []
  const ends: number[] = []
  let end = 0
  for (const piece of pieces) {
    bytes.set(piece, end)
    starts.push(end)
    ends.push((end += piece.length))
  }
  return { bytes, starts, ends }
}
