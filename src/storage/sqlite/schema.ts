import { closeSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Log } from '../../core/log.ts'
import { recreatePrivateFileSync } from '../../core/private-files.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { SqlDialect, Migration } from '../engine.ts'
import { syncDirectory, syncFile } from '../files/disk.ts'

export const sqliteDialect: SqlDialect = {
  name: 'sqlite',
  bytes: 'blob',
  integer: 'integer',
  identity: 'integer primary key autoincrement',
  clustered: ' without rowid',
  external: 'blob',
  busy: () => '',
}

/** The engine's own tables. */
const own = `
  create table if not exists schema_version (number integer primary key, name text not null, applied integer not null);
  create table if not exists engine_state (name text primary key, value integer not null) without rowid;
  insert into engine_state (name, value) values ('restarts', 0), ('open', 0) on conflict do nothing;`

interface Program {
  readonly migrations: readonly Migration[]
  readonly world: World
  readonly log: Log
}

/**
 * Applies all missing steps of the schema, or none. Refuses a database from a newer version. Copies a database from an
 * older version to `<path>.before-<first missing step>` first.
 */
export async function migrate(database: DatabaseSync, path: string, program: Program): Promise<void> {
  const { migrations, world, log } = program
  const { applied, missing } = missingSteps(database, path, migrations)
  const first = missing[0]
  if (first && applied.size > 0) {
    const copy = `${path}.before-${first.number}`
    await copyAside(database, path, copy)
    log.info({ copy, steps: missing.map((step) => step.number) }, 'The database is brought up to date; a copy was kept')
  }
  apply(database, missing, world.now())
}

/** Refuses a database from a newer version. */
export function missingSteps(database: DatabaseSync, path: string, migrations: readonly Migration[]) {
  const steps = [...migrations].sort((a, b) => a.number - b.number)
  const twice = steps.find((step, at) => step.number === steps[at + 1]?.number)
  if (twice) throw new Error(`Two schema steps bear the number ${twice.number}`)

  const applied = appliedSteps(database, path)
  const known = new Set(steps.map((step) => step.number))
  const unknown = [...applied].find((number) => !known.has(number))
  if (unknown !== undefined) {
    const text = `The database ${path} was made by a newer version of Postern (schema step ${unknown} is unknown here).`
    refuse('unsupported', text, { database: path, step: String(unknown) })
  }
  return { applied, missing: steps.filter((step) => !applied.has(step.number)) }
}

function appliedSteps(database: DatabaseSync, path: string): ReadonlySet<number> {
  const tables = database.prepare(`select name from sqlite_schema where type = 'table'`).all()
  if (tables.length === 0) return new Set()
  if (!tables.some((table) => table['name'] === 'schema_version')) {
    refuse('unsupported', `The database ${path} is not one of Postern's.`, { database: path })
  }
  return new Set(
    database
      .prepare('select number from schema_version')
      .all()
      .map((row) => row['number'] as number),
  )
}

function apply(database: DatabaseSync, steps: readonly Migration[], now: number): void {
  database.exec('begin immediate')
  try {
    database.exec(own)
    const note = database.prepare('insert into schema_version (number, name, applied) values (?, ?, ?)')
    for (const step of steps) {
      for (const statement of step.up(sqliteDialect)) database.exec(statement)
      note.run(step.number, step.name, now)
    }
    database.exec('commit')
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}

async function copyAside(database: DatabaseSync, path: string, copy: string): Promise<void> {
  const part = `${copy}.part`
  // SQLite fills an existing empty file and keeps its mode, which matters because the database holds keys.
  closeSync(recreatePrivateFileSync(part))
  database.prepare('vacuum into ?').run(part)
  await syncFile(part)
  await rename(part, copy)
  await syncDirectory(dirname(path))
}
