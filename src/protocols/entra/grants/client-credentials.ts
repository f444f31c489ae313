import type { ServicePrincipal, Tenant } from '../../../domain/directory/types.ts'
import { authenticateClient } from '../client-authentication/authenticate.ts'
import { appIn, presentedClient, principalOf, sharedTenant, tenantNamed } from '../client.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { defaultScopeResource, resourceIn } from '../scopes/scope.ts'
import { termsOf } from '../issuing/token-terms.ts'
import type { Grant, IssuedTokens, TokenRequest } from './grant.ts'
import { implicitRole } from '../../../core/well-known/directory-roles.ts'
import { microsoftGraph } from '../../../core/well-known/microsoft-graph.ts'

/** An app requests a token for itself (docs/reference/identity.md §2). */
export const clientCredentials: Grant = { type: 'client_credentials', redeem }

async function redeem(deps: EntraDeps, request: TokenRequest): Promise<IssuedTokens> {
  const { attempt } = request
  const tenant = await concreteTenant(deps, request)
  attempt.inTenant(tenant)
  const presented = presentedClient(request)
  const resource = requestedResource(request)
  const app = await appIn(deps, tenant, presented.clientId, attempt)
  const { appidacr } = await authenticateClient(deps, { ...presented, request, tenant, app })
  const principal = await principalOf(deps, tenant, app, attempt)
  const target = await resourceIn(deps, tenant, resource, attempt)
  await assertAssigned(deps, tenant, principal, target)
  // docs/reference/identity.md §4.4: a token without roles is issued as well; the resource refuses it.
  const roles = await deps.directory.assignments.roles(tenant.id, principal.id, target.appId)
  attempt.passed(
    'consent',
    roles.length > 0 ? `It holds the roles ${roles.join(', ')}.` : 'It holds no role, and needs none for a token.',
  )
  const access = await deps.tokens.mint({
    ...termsOf(deps, request, { target, named: resource }),
    kind: 'app',
    tenant: tenant.id,
    appId: app.appId,
    appDisplayName: app.displayName,
    servicePrincipal: principal.id,
    roles,
    wids: [...new Set([...(await deps.directory.directoryRoles.of(tenant.id, principal.id)), implicitRole])],
    appidacr,
    ...(target.appId === microsoftGraph.appId && { tenantCreated: tenant.created }),
  })
  return { access, resource }
}

/** docs/reference/identity.md §1.2: the path must name one tenant, because nothing else in the request tells it. */
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

/** docs/reference/identity.md §4.4: a resource can require that its clients are assigned to it. */
async function assertAssigned(
  deps: EntraDeps,
  tenant: Tenant,
  principal: ServicePrincipal,
  resource: ServicePrincipal,
): Promise<void> {
  if (!resource.appRoleAssignmentRequired) return
  const assigned = await deps.directory.assignments.between(tenant.id, principal.id, resource.id)
  if (assigned.length > 0) return
  deny(501051, principal.appId, principal.displayName, resource.appId, resource.displayName)
}
