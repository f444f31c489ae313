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

/** A connection in the engine's way: WAL, nothing synced or checkpointed behind our back but the WAL's own header. */
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
 * Reads that stand still: they see the database as it was at the last {@link advance}, whatever was committed since.
 * The writer advances it when a commit is durable, so nobody is shown what a power cut could still take back.
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

  /** Moves on to the newest commit. */
  advance(): void {
    this.release()
    this.#begin.run()
    this.#held = true
    this.#look.get()
  }

  /** Lets go of the WAL. Reads see the newest commit until the next {@link advance}. */
  release(): void {
    if (this.#held) this.#commit.run()
    this.#held = false
  }

  /** Lets go of the WAL while `work` runs, in which nobody may write. */
  async without(work: () => Promise<void>): Promise<void> {
    this.release()
    try {
      await work()
    } finally {
      this.advance()
    }
  }
}
