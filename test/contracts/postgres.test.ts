import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { silentLog } from '../../src/core/log.ts'
import { realWorld } from '../../src/core/world.ts'
import type { Engine, Migration } from '../../src/storage/engine.ts'
import { SegmentBlobs } from '../../src/storage/files/segments.ts'
import { type BlobsFactory, openPostgresEngine } from '../../src/storage/postgres/engine.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'
import { engineContract } from './engine.ts'

/** Bytes in the files of this machine, as one node would have them. */
const filesIn = (dir: string): BlobsFactory => ({
  tables: [],
  open: () => SegmentBlobs.open(dir, { world: realWorld, log: silentLog }),
})

engineContract('PostgreSQL', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'postern-'))
  let database: Promise<TestDatabase> | undefined
  onTestFinished(async () => {
    await (await database)?.drop()
    rmSync(dir, { recursive: true, force: true })
  })
  let nodes = 0
  return {
    async open(migrations: readonly Migration[]): Promise<Engine> {
      database ??= createDatabase()
      return openPostgresEngine({
        url: (await database).url,
        node: { name: `node ${++nodes}`, version: 'test' },
        migrations,
        world: realWorld,
        log: silentLog,
        blobs: filesIn(path.join(dir, 'segments')),
      })
    },
  }
})
