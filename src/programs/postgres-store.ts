import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { refuse } from '../core/refusal.ts'
import { DAY } from '../core/time.ts'
import type { World } from '../core/world.ts'
import type { MasterKeys } from '../domain/tokens/key-table.ts'
import { type Sql, sql } from '../storage/engine.ts'
import { type BlobsFactory, openPostgresEngine } from '../storage/postgres/engine.ts'
import { packsIn } from '../storage/s3/blobs-factory.ts'
import { checkBucket } from '../storage/s3/check-bucket.ts'
import { ObjectStore } from '../storage/s3/object-store.ts'
import { migrations } from './services.ts'
import type { Settings } from './settings.ts'
import { missingMasterKey, SharedSecrets } from './shared-secrets.ts'
import { nodeName, postgresUrl } from './store-settings.ts'
import type { Store, StoreOptions } from './store.ts'
import { version } from './version.ts'

const GIGABYTE = 1024 ** 3
/** Octets of the cache of a command, which reads most bytes once. */
const COMMAND_CACHE = 64 * 1024 ** 2

/** Opens the store that nodes share. Refuses, with one sentence, settings, a database or a bucket that cannot be used. */
export async function openPostgresStore(options: StoreOptions, master: MasterKeys): Promise<Store> {
  const { settings, world, log, use = 'serve' } = options
  if (master.current === undefined) refuse('bad-syntax', missingMasterKey)
  const url = await postgresUrl(settings.postgres)
  const bucket = await bucketOf(settings.s3, world)
  const objects = new ObjectStore(bucket)
  await checkBucket(objects, bucket, world, log)
  const engine = await openPostgresEngine({
    url,
    node: await nodeIdentity(settings, use),
    migrations,
    world,
    log,
    durability: settings.store.durability,
    blobs: blobsIn(options, objects),
  })
  try {
    if (use === 'serve') await assertDurability(engine.sql, options)
    // A command has no share of the work in the background.
    else await engine.drain()
    if (use !== 'migrate') await assertMigrated(engine.sql)
    return {
      engine,
      master,
      secrets: await SharedSecrets.open({ sql: engine.sql, world, master }),
      drain: () => engine.drain(),
      wasRestored: engine.wasRestored,
      // Names of commands have a space.
      runningNodes: async () => (await engine.others()).filter((name) => !name.includes(' ')),
    }
  } catch (error) {
    await engine.close()
    throw error
  }
}

async function nodeIdentity(settings: Settings, use: Exclude<StoreOptions['use'], undefined>) {
  const name = nodeName(settings.node)
  if (use !== 'serve') return { name: `${name} (${use} ${process.pid})`, version: await version() }
  return { name, version: await version(), publicUrl: settings.https.public_url }
}

const blobsIn = ({ dataDir, settings, world, log, use = 'serve' }: StoreOptions, objects: ObjectStore): BlobsFactory =>
  packsIn({
    objects,
    world,
    log,
    // A command leaves the cache of a running server alone.
    cache: path.join(dataDir, use === 'serve' ? 'cache' : `cache-${use}-${process.pid}`),
    cacheOctets: use === 'serve' ? settings.blobs.cache_gigabytes * GIGABYTE : COMMAND_CACHE,
    spoolOctets: settings.blobs.spool_gigabytes * GIGABYTE,
    kept: settings.backup.keep_days * DAY,
  })

async function bucketOf(settings: Settings['s3'], world: World) {
  const { endpoint, region, bucket, access_key_id: accessKeyId, secret_access_key_file: file } = settings
  const missing = Object.entries(settings).find(([, value]) => value === '')
  if (missing) refuse('bad-syntax', `store.engine is postgres, but s3.${missing[0]} is not set`)
  const secret = await readFile(file, 'utf8').catch((thrown: Error) =>
    refuse('no-such-thing', `s3.secret_access_key_file is '${file}', which cannot be read: ${thrown.message}`),
  )
  return { endpoint, region, bucket, accessKeyId, secretAccessKey: secret.trim(), world }
}

async function assertDurability(rows: Sql, { settings, log }: StoreOptions): Promise<void> {
  if (settings.store.durability === 'local') {
    log.info({}, 'store.durability is local: a failover to a standby can lose the last acknowledged data')
    return
  }
  const row = await rows.first<{ names: string }>(sql`select current_setting('synchronous_standby_names') as names`)
  if (row?.names === '') {
    refuse(
      'wrong-state',
      'store.durability is standby, but the database waits for no standby: set synchronous_standby_names there, or store.durability to local',
    )
  }
}

/** Refuses `wrong-state` while a migration into the database has not finished. */
async function assertMigrated(rows: Sql): Promise<void> {
  const table = await rows.first<{ name: string | null }>(sql`select to_regclass('engine_migration')::text as name`)
  if (table?.name == null) return
  const open = await rows.first(sql`select name from engine_migration where name = 'source' and done = 0`)
  if (open) refuse('wrong-state', 'A migration into this database has not finished: run "postern migrate" again.')
}
