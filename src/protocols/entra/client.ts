import { isGuid } from '../../core/ids.ts'
import type { App, Directory, ServicePrincipal, Tenant, User } from '../../domain/directory/types.ts'
import type { Attempt } from './attempt/attempt.ts'
import type { EntraDeps } from './deps.ts'
import { deny } from './errors/errors.ts'

/** The audiences that let an app act in tenants that are not its own; an app may have had another one before. */
const forOtherTenants: ReadonlySet<string> = new Set(['AzureADMultipleOrgs', 'AzureADandPersonalMicrosoftAccount'])

export const isForOtherTenants = ({ signInAudience }: Pick<App, 'signInAudience'>): boolean =>
  forOtherTenants.has(signInAudience)

/** The app, when it may be used in that tenant at all. */
export async function appIn(deps: EntraDeps, tenant: Tenant, clientId: string, attempt: Attempt): Promise<App> {
  const missing = () => deny(700016, clientId, tenant.displayName)
  const app = (await registered(deps, clientId)) ?? missing()
  attempt.knows({ app })
  if (app.tenant === tenant.id) return app
  if (!isForOtherTenants(app)) return missing()
  return (await deps.directory.servicePrincipals.find(tenant.id, { appId: app.appId })) ? app : missing()
}

/** Whoever asks for something that is a person's, whose tenant the path need not name. */
export interface RequestingClient {
  readonly app: App
  /** Undefined where it is the person's, whoever that will be. */
  readonly tenant: Tenant | undefined
}

/** The app that the path and `client_id` name (docs/reference/identity.md §1.2). */
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
  // Nobody here has a personal account.
  if (shared === 'consumers') deny(90130, app.appId, app.displayName)
  return { tenant: undefined, app }
}

const registered = async ({ directory }: EntraDeps, clientId: string): Promise<App | undefined> =>
  isGuid(clientId) ? directory.apps.findAnywhere(clientId.toLowerCase()) : undefined

/** The app as the tenant has it. */
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

/** A tenant can insist that people are assigned to an app before they use it, as a client or as a resource. */
export async function assertPersonAssigned(
  { directory }: Pick<EntraDeps, 'directory'>,
  { tenant, id, appId, displayName, appRoleAssignmentRequired }: ServicePrincipal,
  user: User,
): Promise<void> {
  if (!appRoleAssignmentRequired) return
  const assigned = await directory.assignments.between(tenant, user.id, id)
  if (assigned.length === 0) deny(50105, appId, displayName, user.userPrincipalName)
}

/** Names that stand for many tenants (docs/reference/identity.md §1.2). */
type SharedTenant = 'common' | 'organizations' | 'consumers'

export const sharedTenant = (segment: string): SharedTenant | undefined =>
  (['common', 'organizations', 'consumers'] as const).find((name) => name === segment.toLowerCase())

const domainShape = /^(?=.{1,255}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i

/** The one tenant that a path names by GUID or domain. */
export async function tenantNamed(directory: Directory, segment: string): Promise<Tenant> {
  if (!isGuid(segment) && !domainShape.test(segment)) deny(900023, segment)
  return (await directory.tenants.find(segment.toLowerCase())) ?? deny(90002, segment)
}
