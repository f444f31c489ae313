import type { PermissionScope } from '../../../core/well-known/resource.ts'
import type { App, ServicePrincipal, Tenant, User } from '../../../domain/directory/types.ts'
import { GRAPH, type RequestedResource, type RequestedScope, resourceIn, resourceKey } from './scope.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { assertPersonAssigned } from '../client.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'

/** The parties of a consent. */
export interface ConsentParties {
  readonly tenant: Tenant
  readonly app: App
  /** The app's service principal; undefined before the first consent in the tenant. */
  readonly principal: ServicePrincipal | undefined
  readonly user: User
}

/** The requested permissions of one resource, and those with consent. */
export interface ResourceConsent {
  readonly requested: RequestedResource
  readonly resource: ServicePrincipal
  /** Values of scopes, as the resource spells them. */
  readonly consented: readonly string[]
  readonly missing: readonly string[]
  /** True if a missing permission needs an administrator's consent. */
  readonly needsAdministrator: boolean
  /**
   * True if any permission of the resource has consent. Then the sign-in scopes have it too: they are part of a first
   * consent.
   */
  readonly isKnown: boolean
}

/**
 * Returns the state of consent for each resource of a scope. Refuses a user who is not assigned to a resource that
 * requires it.
 */
export async function resourceConsents(
  deps: Pick<EntraDeps, 'directory'>,
  asking: ConsentParties,
  { identity, resources }: RequestedScope,
  attempt: Attempt,
): Promise<readonly ResourceConsent[]> {
  const raised = (requested: RequestedResource) => resourceConsent(deps, asking, requested, attempt)
  const consents = await Promise.all(resources.map(raised))
  for (const { resource } of consents) {
    attempt.knows({ resource })
    await assertPersonAssigned(deps, resource, asking.user)
  }
  if (identity.size === 0 || consents.some((consent) => consent.isKnown)) return consents
  // The sign-in scopes belong to Graph, whatever resource is requested with them.
  const graph = consents.find(({ requested }) => isGraph(requested)) ?? (await raised(signInOnly))
  if (graph.isKnown || (await isKnownElsewhere(deps, asking))) return consents
  const withSignIn = { ...graph, missing: [...graph.missing, ...identity] }
  return [...consents.filter((consent) => consent !== graph), withSignIn]
}

const isGraph = (requested: RequestedResource): boolean => resourceKey(requested.named) === GRAPH
const signInOnly: RequestedResource = { named: GRAPH, prefix: '', values: [] }

/** Returns true if there is consent for another resource, from the user or for all users. */
async function isKnownElsewhere(
  { directory: { consents, servicePrincipals } }: Pick<EntraDeps, 'directory'>,
  { tenant, app, principal, user }: ConsentParties,
): Promise<boolean> {
  if (!principal) return false
  const client = principal.id
  const own = await consents.page(tenant.id, { limit: 1, where: { client, user: user.id } })
  if (own.length > 0) return true
  for (const { resourceAppId } of app.requiredResourceAccess) {
    const resource = await servicePrincipals.find(tenant.id, { appId: resourceAppId })
    const given = resource && (await consents.scopes(tenant.id, { client, resource: resource.id, user: user.id }))
    if (given && given.size > 0) return true
  }
  return false
}

async function resourceConsent(
  deps: Pick<EntraDeps, 'directory'>,
  asking: ConsentParties,
  requested: RequestedResource,
  attempt: Attempt,
): Promise<ResourceConsent> {
  const { tenant, app, principal: client, user } = asking
  const resource = await resourceIn(deps, tenant, requested.named, attempt)
  assertNotItself(app, requested, resource)
  const given = client
    ? await deps.directory.consents.scopes(tenant.id, { client: client.id, resource: resource.id, user: user.id })
    : new Set<string>()
  const answer =
    requested.values === 'default'
      ? everything(app, requested, resource, given)
      : single(app, resource, requested.values, given)
  const needsAdministrator = answer.missing.some(adminsOnly(resource))
  return { requested, resource, ...answer, needsAdministrator, isKnown: given.size > 0 }
}

/** An app that requests a token for itself must use its app id. */
function assertNotItself(app: App, requested: RequestedResource, resource: ServicePrincipal): void {
  if (resource.appId === app.appId && resourceKey(requested.named) !== app.appId)
    deny(90009, app.appId, app.displayName)
}

type Answer = Pick<ResourceConsent, 'consented' | 'missing'>

/** `.default`: the permissions with consent, or else those that the registration lists. */
function everything(
  app: App,
  requested: RequestedResource,
  resource: ServicePrincipal,
  given: ReadonlySet<string>,
): Answer {
  const consented = offered(resource)
    .map(({ value }) => value)
    .filter((value) => given.has(value))
  if (consented.length > 0) return { consented, missing: [] }
  const missing = requiredOf(app, resource)
  return missing.length > 0
    ? { consented, missing }
    : deny(650057, app.appId, app.displayName, requested.named, resource.appId)
}

function single(app: App, resource: ServicePrincipal, values: readonly string[], given: ReadonlySet<string>): Answer {
  const requested = [...new Set(values.map((value) => spelled(app, resource, value)))]
  return {
    consented: requested.filter((value) => given.has(value)),
    missing: requested.filter((value) => !given.has(value)),
  }
}

/** The delegated permissions that the app's registration lists. */
const requiredOf = (app: App, resource: ServicePrincipal): readonly string[] =>
  app.requiredResourceAccess
    .filter(({ resourceAppId }) => resourceAppId.toLowerCase() === resource.appId)
    .flatMap(({ resourceAccess }) => resourceAccess.filter(({ type }) => type === 'Scope'))
    .map(({ id }) => offered(resource).find((scope) => scope.id === id.toLowerCase())?.value)
    .filter((value) => value !== undefined)

function spelled(app: App, resource: ServicePrincipal, value: string): string {
  const found = offered(resource).find((scope) => scope.value.toLowerCase() === value.toLowerCase())
  return found?.value ?? deny(65005, app.appId, value)
}

const adminsOnly =
  (resource: ServicePrincipal) =>
  (value: string): boolean =>
    offered(resource).some((scope) => scope.value === value && scope.type === 'Admin')

/** A permission that the resource has disabled does not count, with or without consent. */
const offered = ({ oauth2PermissionScopes }: ServicePrincipal): readonly PermissionScope[] =>
  oauth2PermissionScopes.filter(({ isEnabled }) => isEnabled)
