import { silentLog } from '../../src/core/log.ts'
import { realWorld } from '../../src/core/world.ts'
import { openSqliteEngine } from '../../src/storage/sqlite/engine.ts'
import { temporaryDirectory } from '../support/disk.ts'
import { engineContract } from './engine.ts'

engineContract('SQLite and files', () => {
  const dir = temporaryDirectory()
  return { open: (migrations) => openSqliteEngine({ dir, migrations, world: realWorld, log: silentLog }) }
})
