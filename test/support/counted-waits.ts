import type { Row, Sql, Statements } from '../../src/storage/engine.ts'
import { preparedText } from '../../src/storage/postgres/statement-text.ts'

/** Counts how often a transaction waits for PostgreSQL: for the rows of a statement, and for the commit. */
export class CountedWaits {
  #waits = 0
  #writes = 0

  over(rows: Sql): Sql {
    return {
      all: (statement) => rows.all(statement),
      first: (statement) => rows.first(statement),
      write: (work, holds) => {
        this.#writes += 1
        return rows.write(() => this.#counted(work()), holds)
      },
    }
  }

  *#counted<T>(body: Statements<T>): Statements<T> {
    this.#waits += 1
    let step = body.next()
    while (!step.done) {
      if (preparedText(step.value).returnsRows) this.#waits += 1
      let rows: readonly Row[]
      try {
        rows = yield step.value
      } catch (error) {
        step = body.throw(error)
        continue
      }
      step = body.next(rows)
    }
    return step.value
  }

  /** The counts since the last call. */
  take(): { readonly waits: number; readonly writes: number } {
    const taken = { waits: this.#waits, writes: this.#writes }
    this.#waits = this.#writes = 0
    return taken
  }
}
