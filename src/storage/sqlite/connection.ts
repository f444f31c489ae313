import { DatabaseSync } from 'node:sqlite'
import type { Row, Statement } from '../engine.ts'
import { PreparedStatements } from './statements.ts'

interface Connection {
  readonly readOnly?: boolean
  /** Page cache in KiB. */
  readonly cache: number
  /** Milliseconds to wait for another connection's lock. */
  readonly patience?: number
}

/** Opens a connection with a WAL, in which SQLite syncs only the WAL's header and runs no checkpoint by itself. */
export function connect(path: string, { readOnly = false, cache, patience = 5000 }: Connection): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly, timeout: patience, enableForeignKeyConstraints: true })
  try {
    database.exec(`
      pragma wal_autocheckpoint = 0;
      pragma synchronous = normal;
      pragma cache_size = -${cache};
      pragma temp_store = memory;`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Reads that see the database as of the last {@link advance}, whatever was committed since. The writer advances it when
 * a commit is durable, so no reader sees data that a power failure could undo.
 */
export class Snapshot {
  readonly #statements: PreparedStatements
  readonly #begin
  readonly #look
  readonly #commit
  #held = false

  constructor(database: DatabaseSync) {
    this.#statements = new PreparedStatements(database)
    this.#begin = database.prepare('begin')
    // A deferred transaction takes its view of the WAL with its first read.
    this.#look = database.prepare('select 1 from schema_version limit 1')
    this.#commit = database.prepare('commit')
  }

  all(statement: Statement): readonly Row[] {
    return this.#statements.all(statement)
  }

  /** Moves to the newest commit. */
  advance(): void {
    this.release()
    this.#begin.run()
    this.#held = true
    this.#look.get()
  }

  /** Releases the WAL. Reads see the newest commit until the next {@link advance}. */
  release(): void {
    if (this.#held) this.#commit.run()
    this.#held = false
  }

  /** Releases the WAL while `work` runs. Nobody may write meanwhile. */
  async without(work: () => Promise<void>): Promise<void> {
    this.release()
    try {
      await work()
    } finally {
      this.advance()
    }
  }
}
