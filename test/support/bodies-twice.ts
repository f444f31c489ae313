import type { Engine } from '../../src/storage/engine.ts'
import { withWrite } from './holds.ts'

/** Undoes the first run of a body. */
const again = new Error('The body runs again')

/**
 * The engine, with every body run twice, as after a conflict with another node: the first run is undone. A body that
 * changes something outside itself is found in this way.
 */
export const bodiesTwice = (engine: Engine): Engine =>
  withWrite(engine, async (work, holds) => {
    const first = engine.sql.write(function* () {
      yield* work()
      throw again
    }, holds)
    // A body that fails in the first run fails in the second too.
    await first.catch(() => {})
    return engine.sql.write(work, holds)
  })
