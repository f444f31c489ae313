import { Refusal } from '../../src/core/refusal.ts'
import type { Sql } from '../../src/storage/engine.ts'

/** Rows whose writes are refused as `busy` while {@link BusySql.busy} is set. */
export interface BusySql extends Sql {
  busy: boolean
}

/** Simulates a database that is away: writes are refused, nothing is done. */
export function busySql(rows: Sql): BusySql {
  const through: BusySql = {
    busy: false,
    all: (statement) => rows.all(statement),
    first: (statement) => rows.first(statement),
    write: (work, holds) =>
      through.busy
        ? Promise.reject(new Refusal('busy', 'The database does not answer at the moment'))
        : rows.write(work, holds),
  }
  return through
}
