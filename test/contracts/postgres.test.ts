import path from 'node:path'
import { onTestFinished } from 'vitest'
import { silentLog } from '../../src/core/log.ts'
import { realWorld, type World } from '../../src/core/world.ts'
import { SegmentBlobs } from '../../src/storage/files/segments.ts'
import { type BlobsFactory, openPostgresEngine } from '../../src/storage/postgres/engine.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'
import { temporaryDirectory } from '../support/disk.ts'
import { engineContract } from './engine.ts'
import type { EngineDirectory } from './engine/directory.ts'
import { nodesContract } from './engine/nodes.ts'

/** Bytes in the files of this machine, as one node would have them. */
const filesIn = (dir: string): BlobsFactory => ({
  tables: [],
  open: () => SegmentBlobs.open(dir, { world: realWorld, log: silentLog }),
})

/** A database of its own for the test. Each engine has a directory of bytes of its own if there are several. */
function place(world: World, bytes: 'shared' | 'own'): EngineDirectory {
  const dir = temporaryDirectory()
  let database: Promise<TestDatabase> | undefined
  onTestFinished(async () => (await database)?.drop())
  let nodes = 0
  return {
    async open(migrations) {
      database ??= createDatabase()
      const { url } = await database
      const node = { name: `node ${++nodes}`, version: 'test' }
      const blobs = filesIn(path.join(dir, bytes === 'own' ? node.name : 'segments'))
      return openPostgresEngine({ url, node, migrations, world, log: silentLog, blobs })
    },
  }
}

/** Heartbeats, renewals and looks at marks come twenty times as often. */
const quickTimers: World = { ...realWorld, after: (milliseconds, run) => realWorld.after(milliseconds / 20, run) }

engineContract('PostgreSQL', () => place(realWorld, 'shared'))
nodesContract(
  'PostgreSQL',
  () => place(realWorld, 'own'),
  () => place(quickTimers, 'own'),
)
