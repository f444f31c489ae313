import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { silentLog } from '../../src/core/log.ts'
import { createDirectory } from '../../src/domain/directory/directory.ts'
import { directoryMigrations } from '../../src/domain/directory/schema.ts'
import type { Directory, Tenant } from '../../src/domain/directory/types.ts'
import type { Engine, Migration } from '../../src/storage/engine.ts'
import { openSqliteEngine, type SqliteOptions } from '../../src/storage/sqlite/engine.ts'
import { bodiesTwice } from './bodies-twice.ts'
import { temporaryDirectory } from './disk.ts'
import { checkHolds } from './holds.ts'
import type { AtEnd } from './lifecycle.ts'
import { openOnPostgres } from './postgres-engine.ts'
import { TestWorld } from './world.ts'

/** A database of its own for one test, and the clock that the test moves. */
export interface OpenEngine {
  readonly world: TestWorld
  /** The data directory. */
  readonly dir: string
  readonly engine: Engine
}

/** Opens a migrated, empty database in a temporary directory; closes it when the test ends. */
export async function openEngine(
  options: Pick<SqliteOptions, 'migrations' | 'disk'>,
  atEnd: AtEnd = onTestFinished,
): Promise<OpenEngine> {
  const world = new TestWorld()
  const dir = temporaryDirectory(atEnd)
  const engine = await openMigrated({ dir, world, log: silentLog, ...options })
  atEnd(() => engine.close())
  return { world, dir, engine }
}

/** First layer of the builders: a database with one tenant. */
export interface OpenTenant extends OpenEngine {
  readonly directory: Directory
  readonly tenant: Tenant
}

/** Opens a database with the tenant contoso.test. `further` are the migrations of the domains above the directory. */
export async function openTenant(further: readonly Migration[] = [], atEnd?: AtEnd): Promise<OpenTenant> {
  const opened = await openEngine({ migrations: [...directoryMigrations, ...further] }, atEnd)
  const { engine, world } = opened
  const directory = createDirectory({ sql: engine.sql, notifier: engine.notifier, world })
  return { ...opened, directory, tenant: await directory.tenants.create('Contoso', 'contoso.test') }
}

/** Empty databases by their migrations. Each is made once in a process, because that takes longer than most tests. */
const made = new Map<string, Promise<Buffer>>()

interface MigratedOptions extends SqliteOptions {
  /** Whether each body of a write runs twice, the first time in vain. The default is `POSTERN_TEST_BODIES`, or once. */
  readonly bodies?: 'once' | 'twice'
}

/**
 * Opens the engine: SQLite, or PostgreSQL and S3 if `POSTERN_TEST_ENGINE` is `postgres`. A missing database is a copy of the
 * empty one that these migrations produce. The engine checks the holds of each write.
 */
export async function openMigrated({ bodies, ...options }: MigratedOptions): Promise<Engine> {
  const opening = process.env['POSTERN_TEST_ENGINE'] === 'postgres' ? openOnPostgres(options) : openOnSqlite(options)
  const engine = checkHolds(await opening)
  return (bodies ?? process.env['POSTERN_TEST_BODIES']) === 'twice' ? bodiesTwice(engine) : engine
}

async function openOnSqlite(options: SqliteOptions): Promise<Engine> {
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
