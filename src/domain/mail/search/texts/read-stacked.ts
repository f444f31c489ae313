import type { BlobPiece, Blobs } from '../../../../storage/engine.ts'
import type { Stacked } from './text-jobs.ts'

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
