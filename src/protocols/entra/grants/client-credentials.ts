import { isGuid } from '../../../core/ids.ts'
import type { App, ServicePrincipal, Tenant } from '../../../domain/directory/types.ts'
import { authenticateClient } from '../client-authentication/authenticate.ts'
import { presentedBy } from '../client-authentication/presented.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors.ts'
import { defaultScopeResource } from '../scope.ts'
import { sharedTenant, tenantNamed } from '../tenant.ts'
import type { Grant, Issued, TokenRequest } from './grant.ts'

/** contract/identity §4.2: the template of a role that app-only tokens carry whatever was assigned. */
const IMPLICIT_ROLE = '0997a1d0-0d1d-4acb-b408-d5ca73121e90'

/** The audiences that let an app act in tenants that are not its own; an app may have had another one before. */
const forOtherTenants: ReadonlySet<string> = new Set(['AzureADMultipleOrgs', 'AzureADandPersonalMicrosoftAccount'])

/** An app acts as itself (contract/identity §2). */
export const clientCredentials: Grant = { type: 'client_credentials', redeem }

async function redeem(deps: EntraDeps, request: TokenRequest): Promise<Issued> {
  const tenant = await concreteTenant(deps, request)
  const presented = presentedBy(request)
  const resource = requestedResource(request)
  const app = await appIn(deps, tenant, presented.clientId)
  const appidacr = await authenticateClient(deps, { ...presented, request, tenant, app })
  const principal = await principalOf(deps, tenant, app)
  const target = await resourceIn(deps, tenant, resource)
  await assertAssigned(deps, tenant, principal, target)
  const token = await deps.tokens.mint({
    tenant: tenant.id,
    appId: app.appId,
    appDisplayName: app.displayName,
    servicePrincipal: principal.id,
    audience: resource,
    // contract/identity §4.4: a token without roles is issued all the same; the resource refuses it.
    roles: await deps.directory.assignments.roles(tenant.id, principal.id, target.appId),
    wids: [...new Set([...(await deps.directory.directoryRoles.of(tenant.id, principal.id)), IMPLICIT_ROLE])],
    appidacr,
    lifetime: deps.settings.access_token_minutes * 60,
  })
  return { token, about: { tenant: tenant.id, appId: app.appId, resource } }
}

/** contract/identity §1.2: an app needs one tenant, as nothing else in the request implies which. */
async function concreteTenant(deps: EntraDeps, { tenant }: TokenRequest): Promise<Tenant> {
  const shared = sharedTenant(tenant)
  if (shared === 'consumers') deny(9001023)
  if (shared !== undefined) deny(50059)
  return tenantNamed(deps.directory, tenant)
}

function requestedResource({ form, version }: TokenRequest): string {
  const resource = form.get('resource')
  if (version === 'v1') return resource ?? deny(900144, 'resource')
  if (resource !== undefined) deny(901002)
  return defaultScopeResource(form.need('scope'))
}

/** The app, when it may be used in that tenant at all. */
async function appIn(deps: EntraDeps, tenant: Tenant, clientId: string): Promise<App> {
  const missing = () => deny(700016, clientId, tenant.displayName)
  if (!isGuid(clientId)) return missing()
  const app = (await deps.directory.apps.findAnywhere(clientId.toLowerCase())) ?? missing()
  if (app.tenant === tenant.id) return app
  if (!forOtherTenants.has(app.signInAudience)) return missing()
  return (await deps.directory.servicePrincipals.find(tenant.id, { appId: app.appId })) ? app : missing()
}

async function principalOf(deps: EntraDeps, tenant: Tenant, app: App): Promise<ServicePrincipal> {
  const principal = await deps.directory.servicePrincipals.find(tenant.id, { appId: app.appId })
  if (!principal) return deny(7000229, app.appId, tenant.id)
  if (!principal.accountEnabled) deny(7000112, app.appId, app.displayName)
  return principal
}

async function resourceIn(deps: EntraDeps, tenant: Tenant, named: string): Promise<ServicePrincipal> {
  const found = await deps.directory.servicePrincipals.findResource(tenant.id, named)
  if (!found) return deny(500011, named, tenant.displayName)
  if (!found.accountEnabled) deny(50001, named)
  return found
}

/** contract/identity §4.4: a resource can insist that its callers are assigned to it. */
async function assertAssigned(
  deps: EntraDeps,
  tenant: Tenant,
  principal: ServicePrincipal,
  resource: ServicePrincipal,
): Promise<void> {
  if (!resource.appRoleAssignmentRequired) return
  const assignments = await deps.directory.assignments.of(tenant.id, principal.id)
  if (assignments.some((assignment) => assignment.resource === resource.id)) return
  deny(501051, principal.appId, principal.displayName, resource.appId, resource.displayName)
}
