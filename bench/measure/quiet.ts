import { setTimeout as pause } from 'node:timers/promises'
import { usageOf } from './process-tree.ts'

const LOOK_EVERY = 100
const QUIET_LOOKS = 4
const PATIENCE = 60_000

/**
 * Resolves when a server has nothing left to do: at most one hundredth of a second of CPU in 400 ms.
 * Its background work (checkpoints, indexes) is then done, and counted.
 */
export async function quiet(root: number): Promise<void> {
  const looks: number[] = []
  for (const from = performance.now(); performance.now() - from < PATIENCE; await pause(LOOK_EVERY)) {
    looks.push(usageOf(root).cpu)
    const earlier = looks.at(-1 - QUIET_LOOKS)
    if (earlier !== undefined && looks.at(-1)! - earlier < 0.015) return
  }
  throw new Error('The server does not come to rest')
}
