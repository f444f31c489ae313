import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { refuse } from '../../core/refusal.ts'
import type { Engine, Row, Statement } from '../engine.ts'
import { SegmentBlobs } from '../files/segments.ts'
import { LocalLeases } from '../local/leases.ts'
import { LocalNotifier } from '../local/notifier.ts'
import { refuseEncrypted } from './backup-key.ts'
import { connect } from './connection.ts'
import type { SqliteOptions } from './engine.ts'
import { integrity, refuseDatabase } from './health.ts'
import { PreparedStatements } from './statements.ts'
import { checkLog, damageText } from './log-check.ts'
import { missingSteps } from './schema.ts'

const CACHE = 32 * 1024

/**
 * Opens a data directory that no process has open, or a backup, without changing it. Refuses `no-such-thing`, and
 * `unsupported` for a store of an older or newer version.
 */
export async function openSqliteToRead(options: Omit<SqliteOptions, 'disk' | 'bounds'>): Promise<Engine> {
  const { migrations, world, log } = options
  const dir = resolve(options.dir)
  const path = join(dir, 'postern.db')
  refuseEncrypted(dir)
  if (!existsSync(path)) refuse('no-such-thing', `There is no data directory ${dir}.`)
  using opening = new DisposableStack()
  try {
    const state = checkLog(path)
    // The rows would be a mixture of two states.
    if (state.is === 'superseded' || state.is === 'unusable')
      refuse('wrong-state', damageText(path, state), { database: path })
    const database = opening.use(connect(path, { readOnly: true, cache: CACHE }))
    const { missing } = missingSteps(database, path, migrations)
    if (missing.length > 0) {
      refuse(
        'unsupported',
        `The database ${path} was made by an older version of Postern: a server brings it up to date.`,
      )
    }
    const blobs = await SegmentBlobs.open(join(dir, 'segments'), { world, log })
    const statements = new PreparedStatements(database)
    const opened = opening.move()
    return {
      sql: {
        all: async <R = Row>(statement: Statement) => statements.all(statement) as readonly R[],
        first: async <R = Row>(statement: Statement) => statements.all(statement)[0] as R | undefined,
        write: () => Promise.reject(new Error('The store was opened to be read')),
      },
      blobs,
      notifier: new LocalNotifier(log),
      leases: new LocalLeases(world, log),
      unclean: false,
      lost: state.lost > 0,
      check: async () => [...(state.is === 'intact' ? [] : [damageText(path, state)]), ...integrity(database)],
      async close() {
        using _ = opened
        await blobs.close()
      },
    }
  } catch (error) {
    return refuseDatabase(path, error)
  }
}
