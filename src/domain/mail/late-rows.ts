import { refuse } from '../../core/refusal.ts'
import { MINUTE } from '../../core/time.ts'
import type { World } from '../../core/world.ts'

/** Half of the hour after which bytes that no row names may be removed. */
const LATE = 30 * MINUTE

/**
 * Call it before bytes are stored, and what it returns within the write that names them. It refuses `busy` if the node
 * was suspended for long between both: another node may have removed bytes that no row named. Looks at both clocks,
 * since one of them stands still while a machine sleeps, and the other can be set.
 */
export function untilLate(world: World): () => void {
  const [elapsed, now] = [world.elapsed(), world.now()]
  return () => {
    if (Math.max(world.elapsed() - elapsed, world.now() - now) <= LATE) return
    refuse('busy', 'The node was suspended while it stored the bytes')
  }
}
