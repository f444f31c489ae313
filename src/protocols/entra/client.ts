import { isGuid } from '../../core/ids.ts'
import type { App, Directory, ServicePrincipal, Tenant, User } from '../../domain/directory/types.ts'
import type { Attempt } from './attempt/attempt.ts'
import type { EntraDeps } from './deps.ts'
import { deny } from './errors/errors.ts'

/** The values of `signInAudience` that allow an app in other tenants. */
const forOtherTenants: ReadonlySet<string> = new Set(['AzureADMultipleOrgs', 'AzureADandPersonalMicrosoftAccount'])

export const isForOtherTenants = ({ signInAudience }: Pick<App, 'signInAudience'>): boolean =>
  forOtherTenants.has(signInAudience)

/** Returns the app if it may be used in that tenant. */
export async function appIn(deps: EntraDeps, tenant: Tenant, clientId: string, attempt: Attempt): Promise<App> {
  const missing = () => deny(700016, clientId, tenant.displayName)
  const app = (await registered(deps, clientId)) ?? missing()
  attempt.knows({ app })
  if (app.tenant === tenant.id) return app
  if (!isForOtherTenants(app)) return missing()
  return (await deps.directory.servicePrincipals.find(tenant.id, { appId: app.appId })) ? app : missing()
}

/** The client of a request for a user's token. The path need not name the user's tenant. */
export interface RequestingClient {
  readonly app: App
  /** Undefined if the user's tenant is used, which is not known yet. */
  readonly tenant: Tenant | undefined
}

/** Returns the app that `client_id` names, and the tenant that the path names (docs/reference/identity.md §1.2). */
export async function clientAt(
  deps: EntraDeps,
  { tenant: segment, attempt }: { readonly tenant: string; readonly attempt: Attempt },
  clientId: string,
): Promise<RequestingClient> {
  const shared = sharedTenant(segment)
  if (shared === undefined) {
    const tenant = await tenantNamed(deps.directory, segment)
    attempt.inTenant(tenant)
    return { tenant, app: await appIn(deps, tenant, clientId, attempt) }
  }
  const app = (await registered(deps, clientId)) ?? deny(700016, clientId, shared)
  attempt.knows({ app })
  if (!isForOtherTenants(app)) deny(50194, app.appId, app.displayName)
  // Postern has no personal accounts.
  if (shared === 'consumers') deny(90130, app.appId, app.displayName)
  return { tenant: undefined, app }
}

const registered = async ({ directory }: EntraDeps, clientId: string): Promise<App | undefined> =>
  isGuid(clientId) ? directory.apps.findAnywhere(clientId.toLowerCase()) : undefined

/** Returns the app's service principal in the tenant. Refuses a missing or disabled one. */
export async function principalOf(
  deps: EntraDeps,
  tenant: Tenant,
  app: App,
  attempt: Attempt,
): Promise<ServicePrincipal> {
  const principal = await deps.directory.servicePrincipals.find(tenant.id, { appId: app.appId })
  if (!principal) return deny(7000229, app.appId, tenant.id)
  attempt.knows({ principal })
  if (!principal.accountEnabled) deny(7000112, app.appId, app.displayName)
  attempt.passed('client', `The app ${app.appId} has the service principal ${principal.id} in the tenant.`)
  return principal
}

/** Refuses a user who is not assigned to an app or resource that requires assignment. */
export async function assertPersonAssigned(
  { directory }: Pick<EntraDeps, 'directory'>,
  { tenant, id, appId, displayName, appRoleAssignmentRequired }: ServicePrincipal,
  user: User,
): Promise<void> {
  if (!appRoleAssignmentRequired) return
  const assigned = await directory.assignments.between(tenant, user.id, id)
  if (assigned.length === 0) deny(50105, appId, displayName, user.userPrincipalName)
}

/** Names in the path that include many tenants (docs/reference/identity.md §1.2). */
type SharedTenant = 'common' | 'organizations' | 'consumers'

export const sharedTenant = (segment: string): SharedTenant | undefined =>
  (['common', 'organizations', 'consumers'] as const).find((name) => name === segment.toLowerCase())

const domainShape = /^(?=.{1,255}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i

/** Returns the tenant that the path names by GUID or domain. */
export async function tenantNamed(directory: Directory, segment: string): Promise<Tenant> {
  if (!isGuid(segment) && !domainShape.test(segment)) deny(900023, segment)
  return (await directory.tenants.find(segment.toLowerCase())) ?? deny(90002, segment)
}
