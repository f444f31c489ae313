import type { Authorization } from '../../../domain/authorization/types.ts'
import { type AskedScope, askedScope } from '../scopes/asked-scope.ts'
import { deny } from '../errors/errors.ts'
import type { TokenRequest } from './grant.ts'

/** What a client asks for in the request itself, if it does. */
function inRequest({ form, version }: TokenRequest): AskedScope | undefined {
  const [scope, resource] = [form.get('scope'), form.get('resource')]
  if (version === 'v2') {
    if (resource !== undefined) deny(901002)
    return scope === undefined ? undefined : askedScope(scope)
  }
  return resource === undefined ? undefined : askedScope(scope ?? '', resource)
}

/** What a client wants now of what a person authorised: what it asks for, or else the first of what it asked for then. */
export function requestedScope(
  request: TokenRequest,
  authorized: Pick<Authorization, 'scope' | 'resource'>,
): AskedScope {
  const then = askedScope(authorized.scope, authorized.resource)
  return inRequest(request) ?? { ...then, resources: [then.resources[0]] }
}

/**
 * The same when it comes for the first time. Whoever asked the person for an ID token gets one, whatever it asks for now:
 * it is the authorization request that says so (OpenID Connect Core 1.0 §3.1.2.1).
 */
export function firstRequestedScope(
  request: TokenRequest,
  authorized: Pick<Authorization, 'scope' | 'resource'>,
): AskedScope {
  const now = requestedScope(request, authorized)
  return { ...now, identity: now.identity.union(askedScope(authorized.scope, authorized.resource).identity) }
}

/** What a client asks for that has nothing to go back to. */
export const newlyRequestedScope = (request: TokenRequest): AskedScope =>
  inRequest(request) ?? deny(900144, request.version === 'v2' ? 'scope' : 'resource')

/** contract/identity §7.1: with `offline_access`; version 1 knows no scopes, and gives a refresh token always. */
export const maySignInAgain = ({ version }: TokenRequest, scope: string): boolean =>
  version === 'v1' || scope.toLowerCase().split(' ').includes('offline_access')
