import path from 'node:path'
import { onTestFinished } from 'vitest'
import { silentLog } from '../../src/core/log.ts'
import type { Engine, Migration } from '../../src/storage/engine.ts'
import { DAY } from '../../src/core/time.ts'
import { realWorld } from '../../src/core/world.ts'
import { openPostgresEngine } from '../../src/storage/postgres/engine.ts'
import { packsIn } from '../../src/storage/s3/blobs-factory.ts'
import { ObjectStore, type ObjectStoreOptions } from '../../src/storage/s3/object-store.ts'
import type { SqliteOptions } from '../../src/storage/sqlite/engine.ts'
import { createDatabase, type TestDatabase } from './postgres.ts'
import { createSharedBucket } from './s3.ts'

/** Empty databases by their migrations, as templates. */
const templates = new Map<string, Promise<string>>()
/** Stores by the data directories that they stand for. */
const stores = new Map<string, Promise<TestStore>>()

const limits = { cacheOctets: 64 * 1024 ** 2, spoolOctets: 1024 ** 3, kept: DAY }

/** A database and a bucket. */
interface TestStore {
  readonly database: TestDatabase
  readonly bucket: Omit<ObjectStoreOptions, 'world'>
}

let nodes = 0

/**
 * Opens PostgreSQL and S3 in place of SQLite and files: what a data directory would hold is in a database and a bucket
 * of its own. Its timers are real. Never reports a full disk, and has no segments.
 */
export async function openOnPostgres({ dir, migrations, log }: SqliteOptions): Promise<Engine> {
  const store = stores.get(dir) ?? createStore(dir, migrations)
  stores.set(dir, store)
  return opened(await store, { dir, migrations, log })
}

async function createStore(dir: string, migrations: readonly Migration[]): Promise<TestStore> {
  const key = migrations.map(({ number, name }) => `${number} ${name}`).join('\n')
  const template = templates.get(key) ?? makeTemplate(dir, migrations, templates.size + 1)
  templates.set(key, template)
  const [database, bucket] = await Promise.all([createDatabase(await template), createSharedBucket()])
  try {
    onTestFinished(async () => {
      stores.delete(dir)
      await database.drop()
    })
  } catch {
    // Opened for several tests: the database goes with the server.
  }
  return { database, bucket }
}

async function makeTemplate(dir: string, migrations: readonly Migration[], nth: number): Promise<string> {
  const name = `template_${process.pid}_${nth}`
  const [database, bucket] = await Promise.all([createDatabase('template1', name), createSharedBucket()])
  const engine = await opened({ database, bucket }, { dir, migrations, log: silentLog })
  await engine.close()
  return name
}

function opened(
  { database, bucket }: TestStore,
  { dir, migrations, log }: Pick<SqliteOptions, 'dir' | 'migrations' | 'log'>,
): Promise<Engine> {
  const name = `node ${++nodes}`
  const objects = new ObjectStore({ ...bucket, world: realWorld })
  return openPostgresEngine({
    url: database.url,
    node: { name, version: 'test' },
    migrations,
    world: realWorld,
    log,
    blobs: packsIn({ objects, world: realWorld, log, cache: path.join(dir, `cache of ${name}`), ...limits }),
  })
}
