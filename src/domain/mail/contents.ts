import { isRefusedFor } from '../../core/refusal.ts'
import type { BlobPiece, Engine } from '../../storage/engine.ts'
import { refuseRevoked } from './revoked.ts'
import { portionsByOctets } from './portions.ts'
import type { ContentPiece, LentMemory } from './types.ts'

/** What reading contents needs of a mailbox that is open. */
export interface ContentsContext {
  readonly engine: Engine
  readonly revoked: AbortSignal
}

/** Octets that are read together, unless a single piece has more. */
const TOGETHER = 1024 ** 2
/** Of a piece whose end is not given: most messages are smaller. */
const UNKNOWN = 64 * 1024

/** Of memory that is lent, what is left for that which lies between the pieces. */
const BETWEEN = 1 / 8

/** Pieces that are being read together. */
interface Reading {
  readonly pieces: readonly BlobPiece[]
  readonly octets: Promise<readonly Buffer[]>
}

/** Some pieces at a time; while they are used the next are read. Refuses `damaged` after all pieces before the damaged one. */
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
    // Its failure is met when its turn comes.
    octets.catch(() => {})
    if (reading) yield* given(box, reading)
    reading = { pieces: together, octets }
  }
  refuseRevoked(box)
  if (reading) yield* given(box, reading)
}

async function* given(
  { engine: { blobs } }: ContentsContext,
  { pieces, octets }: Reading,
): AsyncGenerator<readonly Buffer[]> {
  try {
    yield await octets
    return
  } catch (thrown) {
    if (!isRefusedFor('damaged', thrown)) throw thrown
  }
  // One of them: those before it are given.
  for (const { blob, start, end } of pieces) yield [await blobs.read(blob, start, end)]
}

const sizeOf = ({ start = 0, end = start + UNKNOWN }: ContentPiece): number => Math.max(0, end - start)
