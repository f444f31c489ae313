import { existsSync, rmSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { silentLog } from '../../core/log.ts'
import { makePrivateDirectory } from '../../core/private-files.ts'
import { refuse } from '../../core/refusal.ts'
import { realWorld } from '../../core/world.ts'
import { resetAdmin } from '../../domain/directory/create-tenant.ts'
import { createDirectory } from '../../domain/directory/directory.ts'
import { AFTER_RESTORE, jumpAhead } from '../../domain/mail/numbers.ts'
import type { VerifyFinding, VerifyTotals } from '../../domain/mail/verify/finding.ts'
import { verifyMail } from '../../domain/mail/verify/verify.ts'
import type { CopyResult } from '../../storage/sqlite/backup.ts'
import { type Engine, sql } from '../../storage/engine.ts'
import { holdDirectory } from '../../storage/sqlite/hold.ts'
import { restore, type Restoring } from '../../storage/sqlite/restore.ts'
import { shareAdministrator, writeAdministrator } from '../administrator.ts'
import type { Settings } from '../settings.ts'
import { openStore, openStoreToRead } from '../store.ts'
import type { ConfiguredStore } from './store-options.ts'

/** The answer of `backup` for a store that has no data directory to copy. */
export const inDatabase =
  'The store is in PostgreSQL and S3: use continuous archiving of the database and versioning of the bucket (docs/many-nodes.md).'
/** The answer of `restore` to a backup of one server. */
const notFromBackup =
  'The store is in PostgreSQL and S3: restore the database with its own tools, then run "postern restore" without a directory (docs/many-nodes.md).'

interface HeldStore {
  /** Where the command may put files. */
  readonly dir: string
  release(): Promise<void>
}

/** Locks the data directory of a server. A store that nodes share needs no lock: commands use it beside them. */
async function holdStore({ dataDir, settings }: ConfiguredStore, warn: (text: string) => void): Promise<HeldStore> {
  if (settings.store.engine === 'postgres') {
    const dir = path.join(tmpdir(), `postern-${realWorld.guid()}`)
    await makePrivateDirectory(dir)
    return { dir, release: () => rm(dir, { recursive: true, force: true }) }
  }
  const lock = await holdDirectory(dataDir, warn)
  return { dir: dataDir, release: () => lock.release() }
}

const quiet = { world: realWorld, log: silentLog }

/**
 * Resets the administrator's credentials in a data directory that no server uses, or of nodes, which may run. Those of the first tenant are written
 * to the files that the server reads; those of another tenant are only returned.
 */
export async function resetOffline(
  store: ConfiguredStore,
  named: string | undefined,
  warn: (text: string) => void,
): Promise<Record<string, string>> {
  const { dataDir, settings } = store
  // holdDirectory would create the directory, and a mistyped name is not a new installation.
  if (!existsSync(dataDir)) return refuse('no-such-thing', `There is no data directory ${dataDir}.`)
  const hold = await holdStore(store, warn)
  try {
    const { engine, secrets } = await openStore({ dataDir: hold.dir, settings, ...quiet, use: 'reset-admin' })
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
      if (secrets) await shareAdministrator(secrets, tenant.id, admin)
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

/** Creates a data directory from a backup. Its next UIDs and ids are higher than any given since the backup. */
export async function restoreOffline(restoring: Restoring, settings: Settings): Promise<CopyResult> {
  if (settings.store.engine === 'postgres') refuse('unsupported', notFromBackup)
  const { to } = restoring
  const done = await restore(restoring)
  const hold = await holdDirectory(to)
  try {
    const { engine } = await openStore({ dataDir: to, settings, ...quiet })
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

/**
 * Lets the numbers of a database that was restored jump ahead. They jump once, also if the database shows itself that
 * it was restored. Refuses while nodes run. Returns by how much.
 */
export async function markRestored({ settings }: ConfiguredStore, warn: (text: string) => void): Promise<number> {
  const hold = await holdStore({ dataDir: '', settings }, warn)
  try {
    const { engine, wasRestored, runningNodes } = await openStore({
      dataDir: hold.dir,
      settings,
      ...quiet,
      use: 'restore',
    })
    try {
      const running = await runningNodes()
      if (running.length > 0) {
        refuse('wrong-state', `Nodes of this store run (${running.join(', ')}): stop them first.`)
      }
      if (!wasRestored) await jumpAhead(engine, AFTER_RESTORE)
      return AFTER_RESTORE
    } finally {
      await engine.close()
    }
  } finally {
    await hold.release()
  }
}

export interface OfflineTotals extends VerifyTotals {
  /** Mailboxes without a folder, because no client has opened them yet. They are in `mailboxes` too. */
  unopened: number
}

/**
 * Checks everything in a data directory that no server uses, in a backup, or in a store that nodes share, and counts in
 * `looked`. Leaves the files of the directory as they were, and no further ones.
 */
export async function* verifyOffline(
  store: ConfiguredStore,
  looked: OfflineTotals,
  warn: (text: string) => void,
): AsyncGenerator<VerifyFinding> {
  const { dataDir: dir, settings } = store
  const isShared = settings.store.engine === 'postgres'
  if (!isShared && !existsSync(dir)) refuse('no-such-thing', `There is no data directory ${dir}.`)
  const removeNewFiles = isShared ? () => {} : newFilesIn(dir)
  const hold = await holdStore(store, warn)
  try {
    const { engine, runningNodes } = await openStoreToRead({ dataDir: hold.dir, settings, ...quiet, use: 'verify' })
    try {
      const running = await runningNodes()
      if (running.length > 0) {
        warn(`Nodes of this store run (${running.join(', ')}): what they change meanwhile is reported as a fault.`)
      }
      for (const text of await engine.check()) yield { kind: 'lost', about: 'database', text }
      yield* verifyMail(engine, looked)
      looked.unopened = await unopenedMailboxes(engine)
      looked.mailboxes += looked.unopened
    } finally {
      await engine.close()
    }
  } finally {
    removeNewFiles()
    await hold.release()
  }
}

async function unopenedMailboxes(engine: Engine): Promise<number> {
  const row = await engine.sql.first<{ count: number }>(
    sql`select count(*) as count from directory_mailbox d
        where not exists (select 1 from mail_mailbox m where m.mailbox = d.id)`,
  )
  return row?.count ?? 0
}

/** SQLite makes these to read, and leaves them when it may not write. */
const filesMadeToRead = ['postern.lock', 'postern.db-wal', 'postern.db-shm']

/** Removes those that were not there at the time of the call. A log with something in it stays. */
function newFilesIn(dir: string): () => void {
  const missing = filesMadeToRead.map((name) => path.join(dir, name)).filter((file) => !existsSync(file))
  return () => {
    const log = path.join(dir, 'postern.db-wal')
    if (existsSync(log) && statSync(log).size > 0) return
    for (const file of missing) rmSync(file, { force: true })
  }
}
