import { ask, type Hold, type Row, type Sql, type Statements } from '../../src/storage/engine.ts'

/**
 * Simulates writes of several nodes at the same moment: each statement is committed by itself, so the statements of
 * simultaneous writes alternate. Writes with a common hold run one after another, as on every engine. A write that is
 * only right because another cannot run beside it therefore fails here.
 */
export function interleaved(rows: Sql): Sql & { readonly settled: () => Promise<unknown> } {
  const writing = new Set<Promise<unknown>>()
  const held = new Map<Hold, Promise<unknown>>()
  return {
    all: (statement) => rows.all(statement),
    first: (statement) => rows.first(statement),
    write(work, holds = []) {
      const before = Promise.allSettled(holds.map((hold) => held.get(hold) ?? Promise.resolve()))
      const run = before.then(() => stepped(rows, work(), holds))
      for (const hold of holds) held.set(hold, run)
      writing.add(run)
      return run
    },
    /** Resolves when the writes so far are durable, or failed. */
    settled: () => Promise.allSettled(writing),
  }
}

async function stepped<T>(rows: Sql, body: Statements<T>, holds: readonly Hold[]): Promise<T> {
  let step = body.next()
  while (!step.done) {
    const statement = step.value
    let found: readonly Row[]
    try {
      found = await rows.write(() => ask(statement), holds)
    } catch (error) {
      step = body.throw(error)
      continue
    }
    step = body.next(found)
  }
  return step.value
}
