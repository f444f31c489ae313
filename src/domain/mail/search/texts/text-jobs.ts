import type { BlobPiece, Blobs } from '../../../../storage/engine.ts'
import type { Ask, BodyAsk } from '../leaves.ts'
import type { Verdicts } from '../verdicts.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** Octets of many pieces in one piece of memory, and where each begins and ends. */
interface Stacked {
  readonly bytes: Bytes
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

/** Headers to be packed or, with their structures as they are kept in the rows, whole messages. */
export interface PackJob {
  readonly messages: Stacked
  readonly structures: readonly string[] | undefined
}

/** A column's name or key, and its bytes. */
export type NamedBytes = readonly [name: string, bytes: Bytes]

/** Columns as they were packed, one behind the other in one piece of bytes. */
export interface Packed {
  readonly bytes: Bytes
  readonly columns: ReadonlyMap<string, ColumnLocation>
}

/** Where a column lies in a segment's bytes. */
export interface ColumnLocation {
  readonly start: number
  readonly end: number
}

/** The thread keeps columns by their keys: some are new, and some are not needed any more afterwards. */
export interface ColumnCaching {
  readonly put: readonly NamedBytes[]
  readonly drop: readonly string[]
}

/** Look through columns of these segments. */
export interface ScanJob extends ColumnCaching {
  readonly kind: 'scan'
  readonly asks: readonly Ask[]
  readonly segments: readonly ScannedSegment[]
}

/** Say which messages of these segments may hold one of the texts. */
export interface SiftJob extends ColumnCaching {
  readonly kind: 'sift'
  readonly asks: readonly BodyAsk[]
  readonly segments: readonly ScannedSegment[]
}

/** Look through texts of messages: of each its lines, then its body. */
export interface LookJob extends ColumnCaching {
  readonly kind: 'look'
  readonly asks: readonly BodyAsk[]
  readonly texts: Stacked
}

export type ReadJob = ScanJob | SiftJob | LookJob

export interface ScannedSegment {
  readonly segment: number
  /** Its messages. */
  readonly count: number
}

export interface Scanned {
  /** Of each message of each segment, for each ask. */
  readonly verdicts: Verdicts
  /** Segments that are not what they should be. */
  readonly damaged: readonly number[]
}

export interface Sifted {
  /** For each segment, for each of its messages: whether it passes. */
  readonly passing: Uint8Array<ArrayBuffer>
  /** For each of those that pass, where its texts lie in the columns: lines from and up to, body from and up to. */
  readonly places: Uint32Array<ArrayBuffer>
  readonly damaged: readonly number[]
}

export interface LookResult {
  /** Of each message, for each ask, one ask after another. */
  readonly verdicts: Verdicts
  /** Messages whose texts are not what they should be. */
  readonly damaged: readonly number[]
}

export const columnKey = (segment: number, column: string): string => `${segment} ${column}`

export const unstacked = ({ bytes, starts, ends }: Stacked): readonly Buffer[] =>
  starts.map((start, nth) => Buffer.from(bytes.buffer, start, ends[nth]! - start))

/** What may lie between pieces that are read in one go, as a share of them, and at least. */
const BETWEEN = 1 / 8
const LEAST_BETWEEN = 64 * 1024

/** Pieces whose ends are given, in one piece of memory that can be given away. */
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
