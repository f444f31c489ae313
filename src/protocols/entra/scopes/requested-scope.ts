import { deny } from '../errors/errors.ts'
import { GRAPH, isScopeText, resourceKey, resourceOf } from './scope.ts'

/** OpenID Connect Core 1.0 §5.4, §11: scopes of the sign-in, not of a resource. */
const identityScopes = ['openid', 'profile', 'email', 'offline_access'] as const
export type IdentityScope = (typeof identityScopes)[number]

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

const DEFAULT = '.default'
/** The most words in a scope. */
const MOST_WORDS = 200

function requestedResource(words: readonly string[]): RequestedResource {
  const [first = ''] = words
  const prefix = first.slice(0, first.lastIndexOf('/') + 1)
  const values = words.map((word) => word.slice(word.lastIndexOf('/') + 1))
  const requested = { named: resourceOf(first), prefix }
  if (!values.some((value) => value.toLowerCase() === DEFAULT)) {
    return values.includes('') ? deny(70011, words.join(' ')) : { ...requested, values }
  }
  // docs/reference/identity.md §3.2: `.default` does not mix with single permissions; §3.4: it needs a resource.
  if (values.length > 1 || prefix === '') deny(70011, words.join(' '))
  return { ...requested, values: 'default' }
}
