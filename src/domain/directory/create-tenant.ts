import type { AppId, ServicePrincipalId, TenantId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { App, Directory, ServicePrincipal, Tenant } from './types.ts'
import { directoryRole } from '../../core/well-known/directory-roles.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import { microsoftGraph } from '../../core/well-known/microsoft-graph.ts'
import type { WellKnownResource } from '../../core/well-known/resource.ts'

const administration = 'Postern administration'

const OWN_TENANT = 'AzureADMyOrg'

/** Permissions of the administrator's app, beside the directory role Global Administrator. */
const grants: readonly (readonly [WellKnownResource, readonly string[]])[] = [
  [exchangeOnline, ['Exchange.ManageAsApp']],
  [
    microsoftGraph,
    [
      'Application.ReadWrite.All',
      'AppRoleAssignment.ReadWrite.All',
      'AuditLog.Read.All',
      'DelegatedPermissionGrant.ReadWrite.All',
      'Domain.ReadWrite.All',
      'Directory.ReadWrite.All',
      'RoleManagement.ReadWrite.Directory',
      'User.ReadWrite.All',
    ],
  ],
]

/** The credential of an administrator. The secret is shown only here. */
export interface AdminCredential {
  readonly clientId: AppId
  readonly clientSecret: string
}

/** Creates a tenant and its administrator's app with everything that the app needs. */
export async function createTenant(
  directory: Directory,
  wanted: { readonly displayName: string; readonly domain: string },
): Promise<{ tenant: Tenant; admin: AdminCredential }> {
  const tenant = await directory.tenants.create(wanted.displayName, wanted.domain)
  return { tenant, admin: await resetAdmin(directory, tenant) }
}

/**
 * Makes a new secret for the administrator's app, for an operator who lost the old one. Restores everything that the
 * app lacks, and removes its other credentials and its owners, so that no unknown way to sign in as the app remains.
 */
export async function resetAdmin(directory: Directory, tenant: Tenant): Promise<AdminCredential> {
  const app = await administratorsApp(directory, tenant.id)
  for (const secret of app.secrets) await directory.apps.removeSecret(tenant.id, app.id, secret.keyId)
  await closeOtherWaysIn(directory, app)
  for (const { id } of await directory.apps.federatedCredentials(tenant.id, app.id)) {
    await directory.apps.removeFederated(tenant.id, app.id, id)
  }
  // An owner of an app can add a credential to it.
  for (const { id } of await directory.apps.owners(tenant.id, app.id)) {
    await directory.apps.removeOwner(tenant.id, app.id, id)
  }
  const principal = await enabledPrincipal(directory, tenant.id, app)
  await grantAll(directory, tenant.id, principal.id)
  await directory.directoryRoles.assign(tenant.id, principal.id, directoryRole.globalAdministrator)
  const secret = await directory.apps.addSecret(tenant.id, app.id, { displayName: 'Administration' })
  return { clientId: app.appId, clientSecret: secret.value }
}

/** Properties that let an app sign in without its own credential, or with another's. */
const waysIn = ['trustedSubjectNameAndIssuers', 'isFallbackPublicClient', 'web', 'spa', 'publicClient'] as const

async function closeOtherWaysIn(directory: Directory, app: App): Promise<void> {
  const open = waysIn.filter((name) => (app.properties[name] ?? null) !== null)
  if (app.certificates.length === 0 && open.length === 0 && app.signInAudience === OWN_TENANT) return
  const properties = Object.fromEntries(open.map((name) => [name, null]))
  await directory.apps.update(app.tenant, app.id, { certificates: [], signInAudience: OWN_TENANT, properties })
}

/**
 * The app that the tenant records as its own. The name does not identify it, because other apps can have the same name.
 */
async function administratorsApp(directory: Directory, tenant: TenantId): Promise<App> {
  const appId = await directory.tenants.administratorsApp(tenant)
  const found = appId === undefined ? undefined : await directory.apps.find(tenant, { appId })
  if (found) return found
  const app = await directory.apps.create(tenant, {
    displayName: administration,
    requiredResourceAccess: required(),
  })
  await directory.tenants.setAdministratorsApp(tenant, app.appId)
  return app
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
