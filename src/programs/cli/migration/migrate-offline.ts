import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { silentLog } from '../../../core/log.ts'
import { makePrivateDirectory } from '../../../core/private-files.ts'
import { refuse } from '../../../core/refusal.ts'
import { realWorld } from '../../../core/world.ts'
import type { AppId, TenantId } from '../../../core/ids.ts'
import { type Engine, sql } from '../../../storage/engine.ts'
import { holdDirectory } from '../../../storage/sqlite/hold.ts'
import { openSqliteToRead } from '../../../storage/sqlite/open-to-read.ts'
import { readFiles, shareAdministrator } from '../../administrator.ts'
import { localCertificates } from '../../certificates.ts'
import { migrations } from '../../services.ts'
import { sharedCertificates, type SharedSecrets } from '../../shared-secrets.ts'
import { openStore } from '../../store.ts'
import type { ConfiguredStore } from '../store-options.ts'
import { type MigrationReport, type MigrationWatcher, migrateStore } from './migrate-store.ts'

const deps = { world: realWorld, log: silentLog }

/**
 * Copies the store in a data directory that no server uses into the database and the bucket of the settings. Leaves the
 * directory as it is.
 */
export async function migrateOffline(
  { dataDir, settings }: ConfiguredStore,
  watcher: MigrationWatcher,
  warn: (text: string) => void,
): Promise<MigrationReport> {
  if (!existsSync(path.join(dataDir, 'postern.db'))) {
    refuse('no-such-thing', `There is no data directory of a single server in ${dataDir}.`)
  }
  if (settings.store.engine !== 'postgres') {
    refuse('bad-syntax', 'store.engine is sqlite: name the settings of the new nodes with --config FILE.')
  }
  const cache = path.join(dataDir, 'migration')
  await using opened = new AsyncDisposableStack()
  const hold = await holdDirectory(dataDir, warn)
  opened.defer(() => hold.release())
  const source = await openSqliteToRead({ dir: dataDir, migrations, ...deps })
  opened.defer(() => source.close())
  await makePrivateDirectory(cache)
  opened.defer(() => rm(cache, { recursive: true, force: true }))
  const { engine: target, secrets } = await openStore({ dataDir: cache, settings, ...deps, use: 'migrate' })
  opened.defer(() => target.close())
  // Awaited here, because a promise that rejects while the stores are closed would have no handler.
  return await migrateStore({
    source,
    target,
    assignAfter: (table, column, value) =>
      sql`select setval(pg_get_serial_sequence(${table}, ${column}), ${Math.max(value, 1)}, ${value > 0 ? 1 : 0} = 1)`,
    watcher,
    copyRest: () => copySecrets(dataDir, source, secrets!),
  })
}

/** The local authority, the key of the server, and the administrator's credentials. */
async function copySecrets(dataDir: string, source: Engine, secrets: SharedSecrets): Promise<void> {
  const [from, to] = [localCertificates(dataDir), sharedCertificates(secrets)]
  const authority = await from.authority()
  if (authority) await to.keepAuthority(authority)
  const key = await from.serverKey()
  if (key !== undefined) await to.keepServerKey(key)
  const [clientId, clientSecret] = await readFiles(dataDir)
  const tenant = await source.sql.first<{ id: TenantId }>(
    sql`select id from directory_tenant order by created, id limit 1`,
  )
  if (tenant && clientId !== '' && clientSecret !== '') {
    await shareAdministrator(secrets, tenant.id, { clientId: clientId as AppId, clientSecret })
  }
}
