import path from 'node:path'
import { onTestFinished } from 'vitest'
import { silentLog } from '../../src/core/log.ts'
import { DAY } from '../../src/core/time.ts'
import { realWorld, type World } from '../../src/core/world.ts'
import { SegmentBlobs } from '../../src/storage/files/segments.ts'
import { type BlobsFactory, openPostgresEngine } from '../../src/storage/postgres/engine.ts'
import { packsIn } from '../../src/storage/s3/blobs-factory.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'
import { openBucket, type TestBucket } from '../support/s3.ts'
import { temporaryDirectory } from '../support/disk.ts'
import { engineContract } from './engine.ts'
import type { EngineDirectory } from './engine/directory.ts'
import { nodesContract } from './engine/nodes.ts'

/** Bytes in the files of this machine, as one node would have them. */
const filesIn = (dir: string): BlobsFactory => ({
  tables: [],
  open: () => SegmentBlobs.open(dir, { world: realWorld, log: silentLog }),
})

const packLimits = { cacheOctets: 64 * 1024 ** 2, spoolOctets: 1024 ** 3, kept: DAY }

/** A database of its own for the test. Each engine has a directory of bytes of its own if there are several; packs are in a bucket. */
function place(world: World, bytes: 'shared' | 'own' | 'packs'): EngineDirectory {
  const dir = temporaryDirectory()
  let database: Promise<TestDatabase> | undefined
  onTestFinished(async () => (await database)?.drop())
  let bucket: Promise<TestBucket> | undefined
  onTestFinished(async () => (await bucket)?.close())
  let nodes = 0
  return {
    async open(migrations) {
      database ??= createDatabase()
      const { url } = await database
      const node = { name: `node ${++nodes}`, version: 'test' }
      if (bytes === 'packs') bucket ??= openBucket()
      const objects = (await bucket)?.store(world)
      const blobs = objects
        ? packsIn({ objects, world, log: silentLog, cache: path.join(dir, node.name), ...packLimits })
        : filesIn(path.join(dir, bytes === 'own' ? node.name : 'segments'))
      return openPostgresEngine({ url, node, migrations, world, log: silentLog, blobs })
    },
  }
}

/** Heartbeats, renewals and looks at marks come twenty times as often. */
const quickTimers: World = { ...realWorld, after: (milliseconds, run) => realWorld.after(milliseconds / 20, run) }

engineContract('PostgreSQL', () => place(realWorld, 'shared'))
engineContract('PostgreSQL and S3', () => place(realWorld, 'packs'))
nodesContract(
  'PostgreSQL',
  () => place(realWorld, 'own'),
  () => place(quickTimers, 'own'),
)
