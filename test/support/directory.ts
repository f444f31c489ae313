import type { UserId } from '../../src/core/ids.ts'
import { exchangeOnline } from '../../src/core/well-known/exchange-online.ts'
import type { WellKnownResource } from '../../src/core/well-known/resource.ts'
import type {
  App,
  Consent,
  Directory,
  MailboxRecord,
  NewMailbox,
  ServicePrincipal,
} from '../../src/domain/directory/types.ts'
import type { Migration } from '../../src/storage/engine.ts'
import type { AtEnd } from './lifecycle.ts'
import { type OpenTenant, openTenant } from './tenant.ts'

/** A directory and the tenant in it that a helper works on. */
type InTenant = Pick<OpenTenant, 'directory' | 'tenant'>

/** Grants app roles and scopes to apps of a tenant. */
export interface AppGrants {
  /** Assigns an app role of a resource by its value; returns the id of the assignment. */
  assignAppRole(registered: RegisteredApp, role: string, resource?: WellKnownResource): Promise<string>
  /** Consents to scopes of a resource for one user, or for all users of the tenant. */
  consentTo(
    registered: RegisteredApp,
    scopes: readonly string[],
    user?: UserId,
    resource?: WellKnownResource,
  ): Promise<Consent>
}

/** Second layer of the builders: a tenant in which apps get roles and scopes. */
export interface OpenDirectory extends OpenTenant, AppGrants {}

/** Opens a database with the tenant contoso.test and the means to grant apps something in it. */
export async function openDirectory(further: readonly Migration[] = [], atEnd?: AtEnd): Promise<OpenDirectory> {
  const opened = await openTenant(further, atEnd)
  return { ...opened, ...appGrants(opened) }
}

export const appGrants = ({ directory, tenant }: InTenant): AppGrants => ({
  async assignAppRole({ principal }, value, resource = exchangeOnline) {
    const role = resource.appRoles.find((known) => known.value === value)
    if (!role) throw new Error(`There is no role ${value}`)
    const { id } = await directory.assignments.create(tenant.id, {
      principal: principal.id,
      resource: await resourcePrincipal({ directory, tenant }, resource),
      appRoleId: role.id,
    })
    return id
  },
  async consentTo({ principal }, scopes, user, resource = exchangeOnline) {
    return directory.consents.create(tenant.id, {
      client: principal.id,
      consentType: user ? 'Principal' : 'AllPrincipals',
      user,
      resource: await resourcePrincipal({ directory, tenant }, resource),
      scopes,
    })
  },
})

/** Returns the id of the service principal of a resource in the tenant. */
export async function resourcePrincipal({ directory, tenant }: InTenant, { appId, displayName }: WellKnownResource) {
  const found = await directory.servicePrincipals.find(tenant.id, { appId })
  if (!found) throw new Error(`There is no service principal of ${displayName}`)
  return found.id
}

/** A user mailbox with all its names derived from one word. */
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
export async function registerApp({ directory, tenant }: InTenant, displayName = 'Reader'): Promise<RegisteredApp> {
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

export interface RegisteredClient extends RegisteredApp {
  readonly secret: string
}

/** Registers an app with a service principal and a secret. */
export async function registerClient(context: InTenant, displayName?: string): Promise<RegisteredClient> {
  const registered = await registerApp(context, displayName)
  const { value } = await context.directory.apps.addSecret(context.tenant.id, registered.app.id, {})
  return { ...registered, secret: value }
}

/** Registers a client with Exchange application permissions and directory roles. */
export async function registerAppWith(
  context: InTenant,
  { roles = [], directoryRoles = [] }: { roles?: readonly string[]; directoryRoles?: readonly string[] },
): Promise<{ appId: string; objectId: string; clientId: string; clientSecret: string }> {
  const client = await registerClient(context)
  const { app, principal, secret } = client
  for (const role of roles) await appGrants(context).assignAppRole(client, role)
  for (const role of directoryRoles)
    await context.directory.directoryRoles.assign(context.tenant.id, principal.id, role)
  return { appId: app.appId, objectId: principal.id, clientId: app.appId, clientSecret: secret }
}
