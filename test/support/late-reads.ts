import type { Engine, Sql } from '../../src/storage/engine.ts'

/**
 * The engine, with reads that are answered up to three turns of the event loop later, as by a server. Writes that
 * happen meanwhile are not in the answer.
 */
export function lateReads(engine: Engine): Engine {
  const { sql } = engine
  let reads = 0
  const later = async <T>(reading: Promise<T>): Promise<T> => {
    const turns = (reads++ * 7) % 4
    const found = await reading
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
    return found
  }
  const all: Sql['all'] = (statement) => later(sql.all(statement))
  const first: Sql['first'] = (statement) => later(sql.first(statement))
  return { ...engine, sql: { all, first, write: (work, holds) => sql.write(work, holds) } }
}
