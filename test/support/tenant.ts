import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { silentLog } from '../../src/core/log.ts'
import type { Engine, Migration } from '../../src/storage/engine.ts'
import { openSqliteEngine, type SqliteOptions } from '../../src/storage/sqlite/engine.ts'
import { TestWorld } from './world.ts'

/**
 * Databases that went through those migrations and hold nothing, each made once: to make one takes longer than most
 * tests.
 */
const made = new Map<string, Promise<Buffer>>()

/** The engine over a database of its own, which it finds as a program of the same version left it. */
export async function openMigrated(options: SqliteOptions): Promise<Engine> {
  const file = path.join(options.dir, 'postern.db')
  if (!existsSync(file)) {
    mkdirSync(options.dir, { recursive: true, mode: 0o700 })
    writeFileSync(file, await databaseAfter(options.migrations), { mode: 0o600 })
  }
  return openSqliteEngine(options)
}

function databaseAfter(migrations: readonly Migration[]): Promise<Buffer> {
  const key = migrations.map(({ number, name }) => `${number} ${name}`).join('\n')
  const database = made.get(key) ?? migrate(migrations)
  made.set(key, database)
  return database
}

async function migrate(migrations: readonly Migration[]): Promise<Buffer> {
  const dir = mkdtempSync(path.join(tmpdir(), 'postern-'))
  try {
    const engine = await openSqliteEngine({ dir, migrations, world: new TestWorld(), log: silentLog })
    await engine.close()
    return readFileSync(path.join(dir, 'postern.db'))
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
