import { onTestFinished } from 'vitest'
import { silentLog } from '../../src/core/log.ts'
import { createDirectory } from '../../src/domain/directory/directory.ts'
import { directoryMigrations } from '../../src/domain/directory/schema.ts'
import type {
  App,
  Directory,
  MailboxRecord,
  NewMailbox,
  ServicePrincipal,
  Tenant,
} from '../../src/domain/directory/types.ts'
import type { Engine, Migration } from '../../src/storage/engine.ts'
import { temporaryDirectory } from './disk.ts'
import { openMigrated } from './tenant.ts'
import type { AtEnd } from './lifecycle.ts'
import { TestWorld } from './world.ts'

export interface OpenDirectory {
  readonly world: TestWorld
  readonly engine: Engine
  readonly directory: Directory
  readonly tenant: Tenant
}

/** A directory on a real engine, with the tenant contoso.test. */
export async function openDirectory(
  further: readonly Migration[] = [],
  atEnd: AtEnd = onTestFinished,
): Promise<OpenDirectory> {
  const world = new TestWorld()
  const dir = temporaryDirectory(atEnd)
  const engine = await openMigrated({
    dir,
    migrations: [...directoryMigrations, ...further],
    world,
    log: silentLog,
  })
  atEnd(() => engine.close())
  const directory = createDirectory({ sql: engine.sql, notifier: engine.notifier, world })
  const tenant = await directory.tenants.create('Contoso', 'contoso.test')
  return { world, engine, directory, tenant }
}

/** A mailbox of whose names each is derived from one word. */
export const newMailbox = (word: string, domain = 'contoso.test'): NewMailbox => ({
  name: word,
  alias: word,
  displayName: `${word}'s mailbox`,
  primarySmtpAddress: `${word}@${domain}`,
  userPrincipalName: `${word}@${domain}`,
  type: 'UserMailbox',
})

export interface RegisteredApp {
  readonly app: App
  readonly principal: ServicePrincipal
}

/** An app and its service principal in the same tenant; nothing is granted. */
export async function registerApp(
  { directory, tenant }: { directory: Directory; tenant: Tenant },
  displayName = 'Reader',
): Promise<RegisteredApp> {
  const app = await directory.apps.create(tenant.id, { displayName })
  return { app, principal: await directory.servicePrincipals.create(tenant.id, { appId: app.appId }) }
}

/** Grants FullAccess to the app's Exchange service principal, and creates it if it is missing. */
export async function grantMailbox(directory: Directory, { app, principal }: RegisteredApp, mailbox: MailboxRecord) {
  const { tenant } = mailbox
  const found =
    (await directory.exchange.find(tenant, app.appId)) ??
    (await directory.exchange.create(tenant, { appId: app.appId, objectId: principal.id }))
  const trustee = await directory.permissions.trustee(tenant, found.guid)
  if (!trustee) throw new Error('The Exchange service principal is not found as a trustee')
  await directory.permissions.add(mailbox, {
    trustee,
    accessRights: ['FullAccess'],
    deny: false,
    inheritanceType: 'All',
  })
  return { found, trustee }
}
