import { setImmediate as nextTurn } from 'node:timers/promises'

/** Turns of the event loop for which a group waits for more members. */
const ROUNDS = 4

/**
 * Waits until all callers of this turn of the event loop are in the group, and of the next turns while they add more.
 */
export async function gatherGroup(waiting: () => number): Promise<void> {
  for (let round = 0, before = -1; round < ROUNDS && waiting() > before; round++) {
    before = waiting()
    await nextTurn()
  }
}
