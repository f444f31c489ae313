import { type MailboxContext, refuseRevoked } from './mailbox-context.ts'
import { portionsByOctets } from './portions.ts'
import type { ContentPiece, LentMemory } from './types.ts'

/** Octets that are read together, unless a single piece has more. */
const TOGETHER = 1024 ** 2
/** Of a piece whose end is not given: most messages are smaller. */
const UNKNOWN = 64 * 1024

/** Of memory that is lent, what is left for that which lies between the pieces. */
const BETWEEN = 1 / 8

/** Some pieces at a time; while they are used the next are read. */
export async function* contents(
  box: MailboxContext,
  pieces: readonly ContentPiece[],
  lent?: LentMemory,
): AsyncGenerator<readonly Buffer[], void, undefined> {
  let reading: Promise<readonly Buffer[]> | undefined
  let turn = 0
  for (const together of portionsByOctets(pieces, sizeOf, lent ? lent[0].length * (1 - BETWEEN) : TOGETHER)) {
    refuseRevoked(box)
    const next = box.engine.blobs.readAll(together, lent?.[turn++ % 2])
    // Its failure is met when its turn comes.
    next.catch(() => {})
    if (reading) yield await reading
    reading = next
  }
  refuseRevoked(box)
  if (reading) yield await reading
}

const sizeOf = ({ start = 0, end = start + UNKNOWN }: ContentPiece): number => Math.max(0, end - start)
