import type { AppId, ServicePrincipalId, TenantId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { App, Directory, ServicePrincipal, Tenant } from './types.ts'
import { directoryRole } from './well-known/directory-roles.ts'
import { exchangeOnline } from './well-known/exchange-online.ts'
import { microsoftGraph } from './well-known/microsoft-graph.ts'
import type { WellKnownResource } from './well-known/resource.ts'

const administration = 'Postern administration'

/** Others may have the name too, but came later. */
const MOST_NAMED_SO = 100

/** What the administrator's app holds, beside the directory role Global Administrator. */
const grants: readonly (readonly [WellKnownResource, readonly string[]])[] = [
  [exchangeOnline, ['Exchange.ManageAsApp']],
  [
    microsoftGraph,
    [
      'Application.ReadWrite.All',
      'AppRoleAssignment.ReadWrite.All',
      'AuditLog.Read.All',
      'DelegatedPermissionGrant.ReadWrite.All',
      'Directory.ReadWrite.All',
      'RoleManagement.ReadWrite.Directory',
      'User.ReadWrite.All',
    ],
  ],
]

/** How an administrator signs in; the secret is told this once. */
export interface AdminCredential {
  readonly clientId: AppId
  readonly clientSecret: string
}

/** A tenant, and in it the administrator's own app with all that it needs. */
export async function foundTenant(
  directory: Directory,
  wanted: { readonly displayName: string; readonly domain: string },
): Promise<{ tenant: Tenant; admin: AdminCredential }> {
  const tenant = await directory.tenants.create(wanted.displayName, wanted.domain)
  return { tenant, admin: await resetAdmin(directory, tenant) }
}

/**
 * A new secret for the administrator's app, for whoever runs the server and lost it. What the app lacks is made again,
 * and every other credential of it ends, as does every ownership: nobody keeps a way in that is not known of.
 */
export async function resetAdmin(directory: Directory, tenant: Tenant): Promise<AdminCredential> {
  const app = await administratorsApp(directory, tenant.id)
  for (const secret of app.secrets) await directory.apps.removeSecret(tenant.id, app.id, secret.keyId)
  if (app.certificates.length > 0) await directory.apps.update(tenant.id, app.id, { certificates: [] })
  for (const { id } of await directory.apps.federatedCredentials(tenant.id, app.id)) {
    await directory.apps.removeFederated(tenant.id, app.id, id)
  }
  // Whoever owns an app can give it another credential.
  for (const { id } of await directory.apps.owners(tenant.id, app.id)) {
    await directory.apps.removeOwner(tenant.id, app.id, id)
  }
  const principal = await enabledPrincipal(directory, tenant.id, app)
  await grantAll(directory, tenant.id, principal.id)
  await directory.directoryRoles.assign(tenant.id, principal.id, directoryRole.globalAdministrator)
  const secret = await directory.apps.addSecret(tenant.id, app.id, { displayName: 'Administration' })
  return { clientId: app.appId, clientSecret: secret.value }
}

/** The oldest by that name. */
async function administratorsApp(directory: Directory, tenant: TenantId): Promise<App> {
  const where = { displayName: { is: administration } }
  const apps = await directory.apps.page(tenant, { where, limit: MOST_NAMED_SO })
  const found = apps.find((app) => app.displayName === administration)
  return found ?? directory.apps.create(tenant, { displayName: administration, requiredResourceAccess: required() })
}

const required = () =>
  grants.map(([resource, values]) => ({
    resourceAppId: resource.appId,
    resourceAccess: values.map((value) => ({ id: roleId(resource, value), type: 'Role' as const })),
  }))

const roleId = (resource: WellKnownResource, value: string): string =>
  resource.appRoles.find((role) => role.value === value)?.id ??
  refuse('no-such-thing', `${resource.displayName} has no role ${value}`)

async function enabledPrincipal(directory: Directory, tenant: TenantId, app: App): Promise<ServicePrincipal> {
  const found = await directory.servicePrincipals.find(tenant, { appId: app.appId })
  if (!found) return directory.servicePrincipals.create(tenant, { appId: app.appId })
  return found.accountEnabled ? found : directory.servicePrincipals.update(tenant, found.id, { accountEnabled: true })
}

async function grantAll(directory: Directory, tenant: TenantId, principal: ServicePrincipalId): Promise<void> {
  for (const [wellKnown, values] of grants) {
    const resource = await directory.servicePrincipals.find(tenant, { appId: wellKnown.appId })
    if (!resource) throw new Error(`Tenant ${tenant} lacks the service principal of ${wellKnown.displayName}`)
    const held = await directory.assignments.roles(tenant, principal, wellKnown.appId)
    for (const value of values.filter((wanted) => !held.includes(wanted))) {
      await directory.assignments.create(tenant, {
        principal,
        resource: resource.id,
        appRoleId: roleId(wellKnown, value),
      })
    }
  }
}
