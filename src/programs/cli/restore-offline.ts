import { silentLog } from '../../core/log.ts'
import { realWorld } from '../../core/world.ts'
import { AFTER_RESTORE, jumpAhead } from '../../domain/mail/upkeep/numbers.ts'
import { openSqliteEngine } from '../../storage/sqlite/engine.ts'
import { holdDirectory } from '../../storage/sqlite/hold.ts'
import type { Copied } from '../../storage/sqlite/backup.ts'
import { restore, type Restoring } from '../../storage/sqlite/restore.ts'
import { migrations } from '../services.ts'

/** Makes a data directory of a backup, in which no number comes that may have been given since the backup. */
export async function restoreOffline(restoring: Restoring): Promise<Copied> {
  const { to } = restoring
  const done = await restore(restoring)
  const hold = await holdDirectory(to)
  try {
    const engine = await openSqliteEngine({ dir: to, migrations, world: realWorld, log: silentLog })
    try {
      await jumpAhead(engine, AFTER_RESTORE)
    } finally {
      await engine.close()
    }
  } finally {
    await hold.release()
  }
  return done
}
