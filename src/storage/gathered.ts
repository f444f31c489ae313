import { setImmediate as nextTurn } from 'node:timers/promises'

/** Rounds of the event loop for which a group waits for more of those who are on their way. */
const ROUNDS = 4

/** Everybody whose turn it is in this round of the event loop shall be in the group, and in the next ones while they bring more. */
export async function gathered(waiting: () => number): Promise<void> {
  for (let round = 0, before = -1; round < ROUNDS && waiting() > before; round++) {
    before = waiting()
    await nextTurn()
  }
}
