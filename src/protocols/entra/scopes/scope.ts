import { microsoftTenant } from '../../../core/well-known/resources.ts'
import type { ServicePrincipal, Tenant } from '../../../domain/directory/types.ts'
import type { Attempt } from '../attempt/attempt.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'

/** docs/reference/identity.md §3.3: old MSAL Node adds these to every request. */
const ignoredScopes = new Set(['openid', 'profile', 'offline_access'])
/** docs/reference/identity.md §3.4: a scope without a resource is one of Graph. */
export const GRAPH = 'https://graph.microsoft.com'
const DEFAULT = '/.default'

/**
 * Returns the resource whose `.default` a client credentials request names, as the client spelled it
 * (docs/reference/identity.md §3).
 */
export function defaultScopeResource(scope: string): string {
  if (!isScopeText(scope)) deny(70011, scope)
  const expected = scope.split(' ').filter((word) => word !== '' && !ignoredScopes.has(word.toLowerCase()))
  const first = expected.find(isDefault)
  // This includes `.default` without a resource. 700023 has two meanings (docs/reference/identity.md §3.4, §8.2);
  // clients get it for the other one, a wrong audience of an assertion.
  if (first === undefined) return deny(1002012, scope)
  const resource = resourceOf(first)
  if (expected.some((word) => !sameResource(resourceOf(word), resource))) deny(700022)
  if (!expected.every(isDefault)) deny(70011, scope)
  return resource
}

/** RFC 6749 §3.3: the characters of a scope. */
export const isScopeText = (scope: string): boolean => /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(scope)

const isDefault = (word: string): boolean => word.toLowerCase().endsWith(DEFAULT) && word.length > DEFAULT.length

/**
 * Returns the text before the last slash, so a resource that ends in a slash needs two (docs/reference/identity.md
 * §3.5).
 */
function resourceOf(word: string): string {
  const slash = word.lastIndexOf('/')
  return slash <= 0 ? GRAPH : word.slice(0, slash)
}

const sameResource = (one: string, other: string): boolean => resourceKey(one) === resourceKey(other)

/** The form of a resource's name that is compared. */
export const resourceKey = (resource: string): string => resource.toLowerCase().replace(/\/$/, '')

/** Returns the resource's service principal in the tenant. Refuses a missing or disabled one. */
export async function resourceIn(
  deps: Pick<EntraDeps, 'directory'>,
  tenant: Tenant,
  named: string,
  attempt: Attempt,
): Promise<ServicePrincipal> {
  const found = await deps.directory.servicePrincipals.findResource(tenant.id, named)
  if (!found) return deny(500011, named, tenant.displayName)
  attempt.knows({ resource: found })
  if (!found.accountEnabled) deny(50001, named)
  attempt.passed('resource', `The tenant has the resource ${found.displayName}.`)
  return found
}

export const isMicrosofts = ({ appOwnerOrganizationId }: ServicePrincipal): boolean =>
  appOwnerOrganizationId === microsoftTenant

/** OpenID Connect Core 1.0 §5.4, §11: scopes of the sign-in, not of a resource. */
const identityScopes = ['openid', 'profile', 'email', 'offline_access'] as const
type IdentityScope = (typeof identityScopes)[number]

/** The permissions that a request names for one resource. */
export interface RequestedResource {
  /** The resource as the request spells it; Graph's name if it spells no resource (docs/reference/identity.md §3.4). */
  readonly named: string
  /** The text before each value, in the request and in the answer. */
  readonly prefix: string
  /** `default`: the permissions with consent, or else those that the app registration lists. */
  readonly values: readonly string[] | 'default'
}

/** The scope of a request for a user's token (docs/reference/identity.md §3, §7.1). */
export interface RequestedScope {
  readonly identity: ReadonlySet<IdentityScope>
  /** At least one. An authorization request may name several; a token is for one. */
  readonly resources: readonly [RequestedResource, ...RequestedResource[]]
}

/** Parses a scope, and the `resource` parameter of v1 requests. */
export function parseRequestedScope(scope: string, resource?: string): RequestedScope {
  const words = scope.split(' ').filter((word) => word !== '')
  if (!isScopeText(scope) || words.length > MOST_WORDS) deny(70011, scope)
  const identity = new Set(words.map(identityOf).filter((word) => word !== undefined))
  if (resource !== undefined) return { identity, resources: [{ named: resource, prefix: '', values: 'default' }] }
  const named = words.filter((word) => identityOf(word) === undefined)
  const groups = Map.groupBy(new Set(named), (word) => resourceKey(resourceOf(word)))
  const [first, ...others] = [...groups.values()].map(requestedResource)
  // With sign-in scopes only, the token is for the user's own profile in Graph.
  return { identity, resources: [first ?? { named: GRAPH, prefix: '', values: [] }, ...others] }
}

/** Returns the resource of a token request. Refuses several. */
export function singleResource({ resources: [first, ...others] }: RequestedScope): RequestedResource {
  if (others.length > 0) deny(700022)
  return first
}

const identityOf = (word: string): IdentityScope | undefined =>
  identityScopes.find((scope) => scope === word.toLowerCase())

const DEFAULT_PERMISSION = '.default'
/** The most words in a scope. */
const MOST_WORDS = 200

function requestedResource(words: readonly string[]): RequestedResource {
  const [first = ''] = words
  const prefix = first.slice(0, first.lastIndexOf('/') + 1)
  const values = words.map((word) => word.slice(word.lastIndexOf('/') + 1))
  const requested = { named: resourceOf(first), prefix }
  if (!values.some((value) => value.toLowerCase() === DEFAULT_PERMISSION)) {
    return values.includes('') ? deny(70011, words.join(' ')) : { ...requested, values }
  }
  // docs/reference/identity.md §3.2: `.default` does not mix with single permissions; §3.4: it needs a resource.
  if (values.length > 1 || prefix === '') deny(70011, words.join(' '))
  return { ...requested, values: 'default' }
}
