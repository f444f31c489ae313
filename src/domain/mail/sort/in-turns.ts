import { nextTurn } from '../../../core/next-turn.ts'

/** Work in steps, between which others have their turn. */
export type Turns<T> = Generator<void, T>

export async function inTurns<T>(work: Turns<T>): Promise<T> {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    await nextTurn()
  }
}
