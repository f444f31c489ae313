import type { ServicePrincipal, Tenant } from '../../../domain/directory/types.ts'
import type { Attempt } from '../attempt/attempt.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { microsoftTenant } from '../../../core/well-known/resources.ts'

/** docs/reference/identity.md §3.3: old MSAL Node adds these to every request. */
const identityScopes = new Set(['openid', 'profile', 'offline_access'])
/** docs/reference/identity.md §3.4: a scope without a resource is one of Graph. */
export const GRAPH = 'https://graph.microsoft.com'
const DEFAULT = '/.default'

/**
 * Returns the resource whose `.default` a client credentials request names, as the client spelled it
 * (docs/reference/identity.md §3).
 */
export function defaultScopeResource(scope: string): string {
  if (!isScopeText(scope)) deny(70011, scope)
  const wanted = scope.split(' ').filter((word) => word !== '' && !identityScopes.has(word.toLowerCase()))
  const first = wanted.find(isDefault)
  // This includes `.default` without a resource. 700023 has two meanings (docs/reference/identity.md §3.4, §8.2);
  // clients get it for the other one, a wrong audience of an assertion.
  if (first === undefined) return deny(1002012, scope)
  const resource = resourceOf(first)
  if (wanted.some((word) => !sameResource(resourceOf(word), resource))) deny(700022)
  if (!wanted.every(isDefault)) deny(70011, scope)
  return resource
}

/** RFC 6749 §3.3: the characters of a scope. */
export const isScopeText = (scope: string): boolean => /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(scope)

const isDefault = (word: string): boolean => word.toLowerCase().endsWith(DEFAULT) && word.length > DEFAULT.length

/**
 * Returns the text before the last slash, so a resource that ends in a slash needs two (docs/reference/identity.md
 * §3.5).
 */
export function resourceOf(word: string): string {
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
