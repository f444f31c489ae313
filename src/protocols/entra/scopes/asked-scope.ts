import { deny } from '../errors/errors.ts'
import { GRAPH, isScopeText, resourceKey, resourceOf } from './scope.ts'

/** OpenID Connect Core 1.0 §5.4, §11: what belongs to the sign-in, not to a resource. */
const identityScopes = ['openid', 'profile', 'email', 'offline_access'] as const
export type IdentityScope = (typeof identityScopes)[number]

/** What is asked for of one resource. */
export interface RequestedResource {
  /** As the request spells it; where it spells none, Graph's (docs/reference/identity.md §3.4). */
  readonly named: string
  /** What stands before each value, in the request and so in the answer. */
  readonly prefix: string
  /** `default`: what was consented to, or else what the app's registration lists. */
  readonly values: readonly string[] | 'default'
}

/** What an app asks a person for (docs/reference/identity.md §3, §7.1). */
export interface RequestedScope {
  readonly identity: ReadonlySet<IdentityScope>
  /** One at least. The pages may ask for several at once, a token is for one. */
  readonly resources: readonly [RequestedResource, ...RequestedResource[]]
}

/** Reads a scope, and the `resource` of a v1 request that stands beside it. */
export function parseRequestedScope(scope: string, resource?: string): RequestedScope {
  const words = scope.split(' ').filter((word) => word !== '')
  if (!isScopeText(scope) || words.length > MOST_WORDS) deny(70011, scope)
  const identity = new Set(words.map(identityOf).filter((word) => word !== undefined))
  if (resource !== undefined) return { identity, resources: [{ named: resource, prefix: '', values: 'default' }] }
  const named = words.filter((word) => identityOf(word) === undefined)
  const groups = Map.groupBy(new Set(named), (word) => resourceKey(resourceOf(word)))
  const [first, ...others] = [...groups.values()].map(resourceAsked)
  // Signing in alone brings a token for the person's own profile.
  return { identity, resources: [first ?? { named: GRAPH, prefix: '', values: [] }, ...others] }
}

/** The one resource that a token is asked for. */
export function singleResource({ resources: [first, ...others] }: RequestedScope): RequestedResource {
  if (others.length > 0) deny(700022)
  return first
}

const identityOf = (word: string): IdentityScope | undefined =>
  identityScopes.find((scope) => scope === word.toLowerCase())

const DEFAULT = '.default'
/** Nobody asks for so many. */
const MOST_WORDS = 200

function resourceAsked(words: readonly string[]): RequestedResource {
  const [first = ''] = words
  const prefix = first.slice(0, first.lastIndexOf('/') + 1)
  const values = words.map((word) => word.slice(word.lastIndexOf('/') + 1))
  const asked = { named: resourceOf(first), prefix }
  if (!values.some((value) => value.toLowerCase() === DEFAULT)) {
    return values.includes('') ? deny(70011, words.join(' ')) : { ...asked, values }
  }
  // docs/reference/identity.md §3.2: everything, or single ones; §3.4: everything of something.
  if (values.length > 1 || prefix === '') deny(70011, words.join(' '))
  return { ...asked, values: 'default' }
}
