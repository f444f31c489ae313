import { DatabaseSync } from 'node:sqlite'

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
