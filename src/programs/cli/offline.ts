import { existsSync } from 'node:fs'
import path from 'node:path'
import { silentLog } from '../../core/log.ts'
import { refuse } from '../../core/refusal.ts'
import { realWorld } from '../../core/world.ts'
import { resetAdmin } from '../../domain/directory/create-tenant.ts'
import { createDirectory } from '../../domain/directory/directory.ts'
import { AFTER_RESTORE, jumpAhead } from '../../domain/mail/upkeep/sweep.ts'
import type { VerifyFinding, VerifyTotals } from '../../domain/mail/verify/finding.ts'
import { verifyMail } from '../../domain/mail/verify/verify.ts'
import type { Copied } from '../../storage/sqlite/backup.ts'
import { openSqliteEngine } from '../../storage/sqlite/engine.ts'
import { holdDirectory } from '../../storage/sqlite/hold.ts'
import { openSqliteToRead } from '../../storage/sqlite/open-to-read.ts'
import { restore, type Restoring } from '../../storage/sqlite/restore.ts'
import { writeAdministrator } from '../administrator.ts'
import { migrations } from '../services.ts'

/**
 * Resets the administrator's credentials in a data directory that no server holds. Those of the first tenant go where
 * the server finds them; those of another are told.
 */
export async function resetOffline(
  dataDir: string,
  named: string | undefined,
  warn: (text: string) => void,
): Promise<Record<string, string>> {
  // Holding a directory would make one, and a mistyped name is no new installation.
  if (!existsSync(path.join(dataDir))) return refuse('no-such-thing', `There is no data directory ${dataDir}.`)
  const hold = await holdDirectory(dataDir, warn)
  try {
    const engine = await openSqliteEngine({ dir: dataDir, migrations, world: realWorld, log: silentLog })
    try {
      const directory = createDirectory({ ...engine, world: realWorld })
      const [first] = await directory.tenants.all()
      const tenant =
        (named === undefined ? first : await directory.tenants.find(named)) ?? unknownTenant(dataDir, named)
      const admin = await resetAdmin(directory, tenant)
      const domain = tenant.domains[0] ?? tenant.id
      if (tenant.id !== first?.id) {
        return { tenant: tenant.id, domain, client_id: admin.clientId, client_secret: admin.clientSecret }
      }
      const written = await writeAdministrator(dataDir, { id: tenant.id, domain }, admin)
      return { tenant: tenant.id, domain, client_id: admin.clientId, client_secret_file: written.clientSecretFile }
    } finally {
      await engine.close()
    }
  } finally {
    await hold.release()
  }
}

const unknownTenant = (dataDir: string, named: string | undefined): never =>
  refuse('no-such-thing', named === undefined ? `${dataDir} holds no tenant yet.` : `There is no tenant '${named}'.`)

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

/** Looks at everything in a data directory that no server holds, or in a backup. `looked` counts along. */
export async function* verifyOffline(
  dir: string,
  looked: VerifyTotals,
  warn: (text: string) => void,
): AsyncGenerator<VerifyFinding> {
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
