import { refuse } from '../../../core/refusal.ts'
import { packedTables } from '../../../domain/mail/schema.ts'
import { type Engine, type Sql, sql, type Statement } from '../../../storage/engine.ts'
import { isClosed, type TableShape, tablesOf } from '../../../storage/sqlite/tables.ts'
import { compareBytes, copyBytes } from './migrate-bytes.ts'
import { compareRows, copyRows } from './migrate-rows.ts'
import { beginProgress, finishProgress, HOLD, openProgress } from './progress-rows.ts'

export interface MigrationReport {
  readonly tables: number
  readonly rows: number
  /** Messages and packed texts whose bytes were copied. */
  readonly blobs: number
}

/** Follows the progress of a migration. */
export interface MigrationWatcher {
  /** A phase begins. */
  phase(name: 'copying bytes' | 'copying rows' | 'comparing bytes' | 'comparing rows', octets: number): void
  advance(octets: number): void
}

interface MigrationOptions {
  /** A SQLite store that is open to be read. */
  readonly source: Engine
  /** An empty store, or one that an earlier run began to fill. No node uses it. */
  readonly target: Engine
  /** Makes the engine assign larger values than these to the primary key of a table. */
  readonly assignAfter: (table: string, column: string, value: number) => Statement
  readonly watcher: MigrationWatcher
  /** Copies what is neither rows nor bytes. */
  readonly copyRest?: () => Promise<void>
}

/**
 * Copies a store into another engine, and compares the copy with the source row by row and octet by octet. Run again,
 * it continues where it was interrupted. Refuses `wrong-state` for a source that was not closed properly, and
 * `already-exists` for a target with other data.
 */
export async function migrateStore(options: MigrationOptions): Promise<MigrationReport> {
  const { source, target, assignAfter, watcher, copyRest } = options
  const tables = (await tablesOf(source.sql)).filter(({ name }) => !packedTables.includes(name))
  await begin(source.sql, target.sql, tables)
  const octets = await octetsOf(source.sql)
  watcher.phase('copying bytes', octets)
  await copyBytes(source, target, (more) => watcher.advance(more))
  watcher.phase('copying rows', 0)
  for (const table of tables) await copyRows(source.sql, target.sql, table)
  for (const { name, key, assigned } of tables) {
    const [column] = key
    if (assigned === undefined || column === undefined) continue
    await target.sql.write(function* () {
      yield assignAfter(name, column, assigned)
    }, HOLD)
  }
  watcher.phase('comparing rows', 0)
  let rows = 0
  for (const table of tables) rows += await compareRows(source.sql, target.sql, table)
  watcher.phase('comparing bytes', octets)
  const blobs = await compareBytes(source, target, (more) => watcher.advance(more))
  await copyRest?.()
  await finishProgress(target.sql)
  return { tables: tables.length, rows, blobs }
}

async function begin(source: Sql, target: Sql, tables: readonly TableShape[]): Promise<void> {
  if (!(await isClosed(source))) {
    refuse('wrong-state', 'The last server on the data directory was killed: start it once more, and stop it.')
  }
  const tenant = await source.first<{ id: string }>(sql`select id from directory_tenant order by created, id limit 1`)
  if (!tenant) return refuse('no-such-thing', 'The data directory holds no tenant yet.')
  const begun = await openProgress(target)
  if (begun === tenant.id) return
  if (begun !== undefined) refuse('already-exists', 'A migration of another store into this database has begun.')
  for (const { name } of tables) {
    const row = await target.first({ parts: [`select 1 as one from "${name}" limit 1`], args: [] })
    if (row) refuse('already-exists', 'The database holds data already, and no migration began to copy it there.')
  }
  await beginProgress(target, tenant.id)
}

async function octetsOf(source: Sql): Promise<number> {
  const row = await source.first<{ octets: number | null }>(
    sql`select sum(octets) as octets from (select max(octets) as octets from mail_message group by blob) as bytes`,
  )
  return row?.octets ?? 0
}
