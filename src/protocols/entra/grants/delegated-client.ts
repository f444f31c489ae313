import type { Authorization } from '../../../domain/authorization/types.ts'
import type { App, Tenant } from '../../../domain/directory/types.ts'
import type { Appidacr } from '../../../domain/tokens/types.ts'
import { authenticateClient } from '../client-authentication/authenticate.ts'
import { clientAt, presentedClient, type PresentedClient, type RequestingClient, sharedTenant } from '../client.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { type Delegation, issuedRefreshToken, issueToUser } from '../issuing/user-tokens.ts'
import { type RequestedScope, parseRequestedScope } from '../scopes/scope.ts'
import type { IssuedTokens, TokenRequest } from './grant.ts'

/** A client that requests a token for a user, and the credential that it sent. */
export interface DelegatedClient extends RequestingClient {
  readonly presented: PresentedClient
}

export async function delegatedClient(deps: EntraDeps, request: TokenRequest): Promise<DelegatedClient> {
  const presented = presentedClient(request)
  return { ...(await clientAt(deps, request, presented.clientId)), presented }
}

/** `isPublic`: the client has no credential for this request. */
export async function authenticateDelegatedClient(
  deps: EntraDeps,
  request: TokenRequest,
  { app, tenant, presented }: DelegatedClient,
  isPublic: boolean,
): Promise<Appidacr> {
  const authority = tenant ?? (await sharedAuthority(deps, request, app))
  const client = { ...presented, request, tenant: authority, app }
  return (await authenticateClient(deps, client, { publicAllowed: isPublic })).appidacr
}

/** On a path for many tenants, the audience of an assertion may be that path or the app's own tenant. */
async function sharedAuthority({ directory }: EntraDeps, { tenant }: TokenRequest, app: App): Promise<Tenant> {
  const home = (await directory.tenants.find(app.tenant)) ?? deny(90002, app.tenant)
  return { ...home, domains: [...home.domains, sharedTenant(tenant) ?? tenant] }
}

/** Returns the scope of the token request itself, if it has one. */
function inRequest({ form, version }: TokenRequest): RequestedScope | undefined {
  const [scope, resource] = [form.get('scope'), form.get('resource')]
  if (version === 'v2') {
    if (resource !== undefined) deny(901002)
    return scope === undefined ? undefined : parseRequestedScope(scope)
  }
  return resource === undefined ? undefined : parseRequestedScope(scope ?? '', resource)
}

/** Returns the scope to issue a token for: that of this request, or else the first resource of the authorization. */
export function requestedScope(
  request: TokenRequest,
  authorized: Pick<Authorization, 'scope' | 'resource'>,
): RequestedScope {
  const then = parseRequestedScope(authorized.scope, authorized.resource)
  return inRequest(request) ?? { ...then, resources: [then.resources[0]] }
}

/**
 * The same for the first token of an authorization. If the authorization request asked for an ID token, the client gets
 * one whatever this request says (OpenID Connect Core 1.0 §3.1.2.1).
 */
export function firstRequestedScope(
  request: TokenRequest,
  authorized: Pick<Authorization, 'scope' | 'resource'>,
): RequestedScope {
  const now = requestedScope(request, authorized)
  return { ...now, identity: now.identity.union(parseRequestedScope(authorized.scope, authorized.resource).identity) }
}

/** Returns the scope of a request without an earlier authorization. */
export const newlyRequestedScope = (request: TokenRequest): RequestedScope =>
  inRequest(request) ?? deny(900144, request.version === 'v2' ? 'scope' : 'resource')

/** docs/reference/identity.md §7.1: v2 requires `offline_access` for a refresh token; v1 always issues one. */
const maySignInAgain = ({ version }: TokenRequest, scope: string): boolean =>
  version === 'v1' || scope.toLowerCase().split(' ').includes('offline_access')

interface First extends Omit<Delegation, 'refresh'> {
  /** The permissions that the user gave to the app. */
  readonly authorized: Omit<Authorization, 'nonce'>
  readonly singlePage?: boolean
  /** The code that the client redeemed, if there was one. */
  readonly code?: string
  /** Throws the refusal for a code that was revoked meanwhile. */
  readonly revoked: () => never
}

/** Issues the first tokens of an authorization, with a refresh token if the client may get one. */
export function issueFirst(deps: EntraDeps, request: TokenRequest, first: First): Promise<IssuedTokens> {
  const { authorized, singlePage = false, code, revoked, ...delegation } = first
  const { signedIn, appId, scope, resource } = authorized
  const confidential = delegation.appidacr !== '0'
  const grant = { signedIn, appId, scope, resource, nonce: undefined, singlePage, confidential }
  const refresh = () => issuedRefreshToken(deps, grant, revoked, code)
  return issueToUser(deps, request, {
    ...delegation,
    ...(maySignInAgain(request, scope) && { refresh }),
  })
}
