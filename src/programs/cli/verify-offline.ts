import { existsSync } from 'node:fs'
import { silentLog } from '../../core/log.ts'
import { refuse } from '../../core/refusal.ts'
import { realWorld } from '../../core/world.ts'
import type { Finding, Looked } from '../../domain/mail/verify/finding.ts'
import { verifyMail } from '../../domain/mail/verify/verify.ts'
import { holdDirectory } from '../../storage/sqlite/hold.ts'
import { openSqliteToRead } from '../../storage/sqlite/open-to-read.ts'
import { migrations } from '../services.ts'

/** Looks at everything in a data directory that no server holds, or in a backup. `looked` counts along. */
export async function* verifyOffline(
  dir: string,
  looked: Looked,
  warn: (text: string) => void,
): AsyncGenerator<Finding> {
  if (!existsSync(dir)) refuse('no-such-thing', `There is no data directory ${dir}.`)
  const hold = await holdDirectory(dir, warn)
  try {
    const engine = await openSqliteToRead({ dir, migrations, world: realWorld, log: silentLog })
    try {
      for (const text of await engine.check()) yield { kind: 'lost', about: 'database', text }
      yield* verifyMail(engine, looked)
    } finally {
      await engine.close()
    }
  } finally {
    await hold.release()
  }
}
