import { isRefusedFor } from '../../core/refusal.ts'
import type { BlobPiece, Engine } from '../../storage/engine.ts'
import { refuseRevoked } from './revoked.ts'
import { portionsByOctets } from './portions.ts'
import type { ContentPiece, LentMemory } from './types.ts'

/** The parts of an open mailbox that reading contents needs. */
export interface ContentsContext {
  readonly engine: Engine
  readonly revoked: AbortSignal
}

/** Octets that one read collects, unless a single piece is larger. */
const TOGETHER = 1024 ** 2
/** The assumed size of a piece without an end. Most messages are smaller. */
const UNKNOWN = 64 * 1024

/** The share of lent memory that is reserved for the gaps between pieces. */
const BETWEEN = 1 / 8

/** Pieces that one read collects. */
interface Reading {
  readonly pieces: readonly BlobPiece[]
  readonly octets: Promise<readonly Buffer[]>
}

/**
 * Reads several pieces at a time, and the next ones while the caller uses these. Refuses `damaged` after all pieces
 * before the damaged one.
 */
export async function* contents(
  box: ContentsContext,
  pieces: readonly ContentPiece[],
  lent?: LentMemory,
): AsyncGenerator<readonly Buffer[], void, undefined> {
  let reading: Reading | undefined
  let turn = 0
  for (const together of portionsByOctets(pieces, sizeOf, lent ? lent[0].length * (1 - BETWEEN) : TOGETHER)) {
    refuseRevoked(box)
    const octets = box.engine.blobs.readAll(together, lent?.[turn++ % 2])
    // The error is handled when the pieces are yielded.
    octets.catch(() => {})
    if (reading) yield* piecesOf(box, reading)
    reading = { pieces: together, octets }
  }
  refuseRevoked(box)
  if (reading) yield* piecesOf(box, reading)
}

async function* piecesOf(
  { engine: { blobs } }: ContentsContext,
  { pieces, octets }: Reading,
): AsyncGenerator<readonly Buffer[]> {
  try {
    yield await octets
    return
  } catch (thrown) {
    if (!isRefusedFor('damaged', thrown)) throw thrown
  }
  // One piece is damaged: yield those before it.
  for (const { blob, start, end } of pieces) yield [await blobs.read(blob, start, end)]
}

const sizeOf = ({ start = 0, end = start + UNKNOWN }: ContentPiece): number => Math.max(0, end - start)
