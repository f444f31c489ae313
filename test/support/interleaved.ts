import type { Hold, Row, Sql } from '../../src/storage/engine.ts'

/**
 * Simulates writes of several nodes at the same moment: each statement is committed by itself, so the statements of
 * simultaneous writes alternate. Writes with a common hold run one after another, as on every engine. A write that is
 * only right because another cannot run beside it therefore fails here.
 */
export function interleaved(rows: Sql): Sql {
  const held = new Map<Hold, Promise<unknown>>()
  return {
    all: (statement) => rows.all(statement),
    first: (statement) => rows.first(statement),
    write(work, holds = []) {
      const before = holds.map((hold) => held.get(hold))
      const run = Promise.allSettled(before).then(async () => {
        const body = work()
        let step = body.next()
        while (!step.done) {
          const statement = step.value
          const answer = await rows
            .write<readonly Row[]>(function* () {
              return yield statement
            })
            .then(
              (found) => () => body.next(found),
              (error: unknown) => () => body.throw(error),
            )
          step = answer()
        }
        return step.value
      })
      for (const hold of holds) held.set(hold, run)
      return run
    },
  }
}
