import type { Authorization } from '../../../domain/authorization/types.ts'
import type { App, Tenant } from '../../../domain/directory/types.ts'
import type { Appidacr } from '../../../domain/tokens/types.ts'
import { authenticateClient } from '../client-authentication/authenticate.ts'
import { presentedBy, type PresentedClient } from '../client-authentication/presented.ts'
import { type RequestingClient, clientAt, sharedTenant } from '../client.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { type Delegation, issuedRefreshToken, issueToUser } from '../issuing/user-tokens.ts'
import { type RequestedScope, parseRequestedScope } from '../scopes/asked-scope.ts'
import type { Issued, TokenRequest } from './grant.ts'

/** An app that comes for what is a person's, and what it shows for itself. */
export interface DelegatedClient extends RequestingClient {
  readonly presented: PresentedClient
}

export async function delegatedClient(deps: EntraDeps, request: TokenRequest): Promise<DelegatedClient> {
  const presented = presentedBy(request)
  return { ...(await clientAt(deps, request, presented.clientId)), presented }
}

/** `isPublic`: whether the app has nothing to prove who it is by, for what it comes for. */
export async function proven(
  deps: EntraDeps,
  request: TokenRequest,
  { app, tenant, presented }: DelegatedClient,
  isPublic: boolean,
): Promise<Appidacr> {
  const authority = tenant ?? (await sharedAuthority(deps, request, app))
  const client = { ...presented, request, tenant: authority, app }
  return (await authenticateClient(deps, client, { publicAllowed: isPublic })).appidacr
}

/** Over a path that many share, an assertion may be made out to that path as well as to the app's own tenant. */
async function sharedAuthority({ directory }: EntraDeps, { tenant }: TokenRequest, app: App): Promise<Tenant> {
  const home = (await directory.tenants.find(app.tenant)) ?? deny(90002, app.tenant)
  return { ...home, domains: [...home.domains, sharedTenant(tenant) ?? tenant] }
}

/** What a client asks for in the request itself, if it does. */
function inRequest({ form, version }: TokenRequest): RequestedScope | undefined {
  const [scope, resource] = [form.get('scope'), form.get('resource')]
  if (version === 'v2') {
    if (resource !== undefined) deny(901002)
    return scope === undefined ? undefined : parseRequestedScope(scope)
  }
  return resource === undefined ? undefined : parseRequestedScope(scope ?? '', resource)
}

/** What a client wants now of what a person authorised: what it asks for, or else the first of what it asked for then. */
export function requestedScope(
  request: TokenRequest,
  authorized: Pick<Authorization, 'scope' | 'resource'>,
): RequestedScope {
  const then = parseRequestedScope(authorized.scope, authorized.resource)
  return inRequest(request) ?? { ...then, resources: [then.resources[0]] }
}

/**
 * The same when it comes for the first time. Whoever asked the person for an ID token gets one, whatever it asks for now:
 * it is the authorization request that says so (OpenID Connect Core 1.0 §3.1.2.1).
 */
export function firstRequestedScope(
  request: TokenRequest,
  authorized: Pick<Authorization, 'scope' | 'resource'>,
): RequestedScope {
  const now = requestedScope(request, authorized)
  return { ...now, identity: now.identity.union(parseRequestedScope(authorized.scope, authorized.resource).identity) }
}

/** What a client asks for that has nothing to go back to. */
export const newlyRequestedScope = (request: TokenRequest): RequestedScope =>
  inRequest(request) ?? deny(900144, request.version === 'v2' ? 'scope' : 'resource')

/**
 * docs/reference/identity.md §7.1: with `offline_access`; version 1 knows no scopes, and gives a refresh token always.
 */
const maySignInAgain = ({ version }: TokenRequest, scope: string): boolean =>
  version === 'v1' || scope.toLowerCase().split(' ').includes('offline_access')

interface First extends Omit<Delegation, 'refresh'> {
  /** What the person let the app have. */
  readonly authorized: Omit<Authorization, 'nonce'>
  readonly singlePage?: boolean
  /** What the refresh token is given for, where it was told to the app. */
  readonly code?: string
  /** Refuses where that was revoked meanwhile. */
  readonly revoked: () => never
}

/** Issues what an app gets when it comes for the first time: a refresh token too, where it may come again. */
export function issueFirst(deps: EntraDeps, request: TokenRequest, first: First): Promise<Issued> {
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
