import path from 'node:path'
import { onTestFinished } from 'vitest'
import { silentLog } from '../../src/core/log.ts'
import { realWorld } from '../../src/core/world.ts'
import type { Engine, Migration } from '../../src/storage/engine.ts'
import { SegmentBlobs } from '../../src/storage/files/segments.ts'
import { openPostgresEngine } from '../../src/storage/postgres/engine.ts'
import type { SqliteOptions } from '../../src/storage/sqlite/engine.ts'
import { createDatabase, type TestDatabase } from './postgres.ts'

/** Empty databases by their migrations, as templates. */
const templates = new Map<string, Promise<string>>()
/** Databases by the data directories that they stand for. */
const databases = new Map<string, Promise<TestDatabase>>()

let nodes = 0

/**
 * Opens PostgreSQL in place of SQLite: the rows of a data directory are in a database of their own, and the bytes in
 * files of the directory. Its timers are real.
 */
export async function openOnPostgres({ dir, migrations, ...options }: SqliteOptions): Promise<Engine> {
  const database = databases.get(dir) ?? databaseOf(dir, migrations)
  databases.set(dir, database)
  return opened((await database).url, { dir, migrations, ...options })
}

async function databaseOf(dir: string, migrations: readonly Migration[]): Promise<TestDatabase> {
  const key = migrations.map(({ number, name }) => `${number} ${name}`).join('\n')
  const template = templates.get(key) ?? makeTemplate(dir, migrations, templates.size + 1)
  templates.set(key, template)
  const database = await createDatabase(await template)
  try {
    onTestFinished(async () => {
      databases.delete(dir)
      await database.drop()
    })
  } catch {
    // Opened for several tests: the database goes with the server.
  }
  return database
}

async function makeTemplate(dir: string, migrations: readonly Migration[], nth: number): Promise<string> {
  const name = `template_${process.pid}_${nth}`
  const { url } = await createDatabase('template1', name)
  const engine = await opened(url, { dir, migrations, world: realWorld, log: silentLog })
  await engine.close()
  return name
}

function opened(url: string, { dir, migrations, world, log, disk, segment }: SqliteOptions): Promise<Engine> {
  const files = { world, log, ...(disk && { disk }), ...(segment !== undefined && { limit: segment }) }
  return openPostgresEngine({
    url,
    node: { name: `node ${++nodes}`, version: 'test' },
    migrations,
    world: realWorld,
    log,
    blobs: { tables: [], open: () => SegmentBlobs.open(path.join(dir, 'segments'), files) },
  })
}
