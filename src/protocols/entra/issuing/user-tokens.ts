import type { HttpRequest } from '../../../core/http.ts'
import { HOUR } from '../../../core/time.ts'
import { seconds } from '../../../core/world.ts'
import type { RefreshGrant } from '../../../domain/authorization/types.ts'
import type { App } from '../../../domain/directory/types.ts'
import type { AccessToken, Appidacr, TokenUser } from '../../../domain/tokens/types.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { assertPersonAssigned, isForOtherTenants, principalOf, sharedTenant } from '../client.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import type { EndpointVersion, IssuedTokens, TokenRequest } from '../grants/grant.ts'
import { issuerV1, issuerV2 } from '../own-names.ts'
import type { Person } from '../person.ts'
import { type ResourceConsent, resourceConsents } from '../scopes/consent.ts'
import { GRAPH, type RequestedScope, resourceKey, singleResource } from '../scopes/scope.ts'
import { termsOf } from './token-terms.ts'

export interface IssuedRefreshToken {
  readonly refreshToken: string
  /** Seconds; set for single-page applications, whose refresh tokens have a fixed end. */
  readonly refreshTokenExpiresIn?: number
}

/** The facts for issuing a user's tokens to an app. */
export interface Delegation {
  readonly app: App
  readonly appidacr: Appidacr
  readonly person: Person
  readonly requested: RequestedScope
  /** The nonce of the authorization request (OpenID Connect Core 1.0 §3.1.2.1). */
  readonly nonce: string | undefined
  /** Issues a refresh token; absent if the client gets none. */
  readonly refresh?: () => Promise<IssuedRefreshToken>
}

/**
 * Issues an access token for a user, with the refresh token and ID token that go with it (docs/reference/identity.md
 * §7.1). Refuses permissions without consent.
 */
export async function issueToUser(
  deps: EntraDeps,
  request: TokenRequest,
  delegation: Delegation,
): Promise<IssuedTokens> {
  const { app, person, requested } = delegation
  singleResource(requested)
  const principal = await principalOf(deps, person.tenant, app, request.attempt)
  await assertPersonAssigned(deps, principal, person.user)
  const consents = await resourceConsents(deps, { ...person, app, principal }, requested, request.attempt)
  const consent = consentedTo(consents, app, request.attempt)
  const { resource } = consent
  await assertOverPath(deps, request, consent)
  request.attempt.passed('consent', `Consented to: ${consent.consented.join(' ') || 'signing in'}.`, { resource })
  const access = await mint(deps, request, delegation, consent)
  const refreshToken = (await delegation.refresh?.()) ?? {}
  return {
    access,
    resource: consent.requested.named,
    scope: scopeOf(consent, requested),
    ...refreshToken,
    ...(requested.identity.has('openid') && {
      idToken: await idTokenFor(deps, request.http, { ...delegation, version: request.version }),
    }),
    ...(request.form.get('client_info') === '1' && { clientInfo: clientInfoOf(person) }),
  }
}

/** docs/reference/identity.md §8.2: a path for many tenants cannot issue tokens for one tenant's resource. */
async function assertOverPath(deps: EntraDeps, { tenant }: TokenRequest, consent: ResourceConsent): Promise<void> {
  if (sharedTenant(tenant) !== 'common') return
  const own = await deps.directory.apps.findAnywhere(consent.resource.appId)
  if (own && !isForOtherTenants(own)) deny(90124, consent.requested.named)
}

/** Returns the consents if all are complete. Otherwise the app has to ask the user again. */
function consentedTo(consents: readonly ResourceConsent[], app: App, attempt: Attempt): ResourceConsent {
  const [first] = consents
  const nothing = first?.requested.values === 'default' && first.consented.length === 0
  if (!first || nothing || consents.some(({ missing }) => missing.length > 0)) {
    const open = consents.find((consent) => consent.missing.length > 0) ?? first
    attempt.knows(open ? { resource: open.resource, missing: open.missing } : {})
    return deny(65001, app.appId, app.displayName)
  }
  return first
}

async function mint(
  deps: EntraDeps,
  request: TokenRequest,
  { app, appidacr, person, requested }: Delegation,
  consent: ResourceConsent,
): Promise<AccessToken> {
  const { user, tenant, signedIn } = person
  return deps.tokens.mint({
    ...termsOf(deps, request, { user, target: consent.resource, named: consent.requested.named }),
    kind: 'user',
    tenant: tenant.id,
    appId: app.appId,
    appDisplayName: app.displayName,
    user: tokenUserOf(person),
    scopes: [...consent.consented, ...signInScopes(consent, requested)],
    wids: await deps.directory.directoryRoles.of(tenant.id, user.id),
    appidacr,
    amr: signedIn.amr,
    session: signedIn.session,
    from: signedIn.from,
  })
}

/** Tokens for Graph list the sign-in scopes too, because the userinfo endpoint belongs to Graph. */
const signInScopes = ({ requested: { named } }: ResourceConsent, requested: RequestedScope): readonly string[] =>
  resourceKey(named) === GRAPH ? listedIdentityScopes(requested) : []

/** `offline_access` is not listed: the refresh token shows it. */
const listedIdentityScopes = ({ identity }: RequestedScope): readonly string[] =>
  [...identity].filter((scope) => scope !== 'offline_access')

/** Uses the spelling of the request. MSAL looks for `.default` in its cache under this value. */
function scopeOf({ requested: { prefix, values }, consented }: ResourceConsent, requested: RequestedScope): string {
  const named = values === 'default' && prefix !== '' ? [...consented, '.default'] : consented
  return [...named.map((value) => `${prefix}${value}`), ...listedIdentityScopes(requested)].join(' ')
}

/** Issues a refresh token; calls `refused` if the authorization was revoked meanwhile. */
export async function issuedRefreshToken(
  { authorizations, world }: EntraDeps,
  grant: RefreshGrant,
  refused: () => never,
  from?: string,
): Promise<IssuedRefreshToken> {
  const { token, ends } = (await authorizations.refreshTokens.issue(grant, from)) ?? refused()
  if (ends === undefined) return { refreshToken: token }
  // One second less than the remaining time, as for access tokens.
  return { refreshToken: token, refreshTokenExpiresIn: Math.max(0, seconds(ends - world.now()) - 1) }
}

/** Seconds. */
const LIFETIME = seconds(HOUR)

interface Identified {
  readonly app: App
  /** The version of the endpoint. */
  readonly version: EndpointVersion
  readonly person: Person
  readonly requested: RequestedScope
  readonly nonce?: string | undefined
  /** The authorization code that is sent with it. */
  readonly code?: string | undefined
}

/** Issues an ID token for the app (docs/reference/identity.md §7.5). */
export function idTokenFor(
  deps: EntraDeps,
  http: HttpRequest,
  { app, version, person, requested, nonce, code }: Identified,
): Promise<string> {
  const { tenant, signedIn } = person
  return deps.tokens.mintId({
    tenant: tenant.id,
    appId: app.appId,
    user: tokenUserOf(person),
    ...(version === 'v1'
      ? { version: 1, issuer: issuerV1(deps, http, tenant.id) }
      : { version: 2, issuer: issuerV2(deps, http, tenant.id) }),
    nonce,
    authenticated: seconds(signedIn.at),
    session: signedIn.session,
    scopes: [...requested.identity],
    ...(code !== undefined && { code }),
    lifetime: LIFETIME,
  })
}

const tokenUserOf = ({ user }: Person): TokenUser => ({
  id: user.id,
  userPrincipalName: user.userPrincipalName,
  displayName: user.displayName,
  mail: user.mail,
})

/** docs/reference/identity.md §7.5: MSAL uses it to identify the account. */
export const clientInfoOf = ({ user, tenant }: Pick<Person, 'user' | 'tenant'>): string =>
  Buffer.from(JSON.stringify({ uid: user.id, utid: tenant.id })).toString('base64url')
