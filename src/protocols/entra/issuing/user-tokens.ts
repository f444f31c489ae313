import { seconds } from '../../../core/world.ts'
import type { RefreshGrant } from '../../../domain/authorization/types.ts'
import type { App } from '../../../domain/directory/types.ts'
import type { AccessToken, Appidacr } from '../../../domain/tokens/types.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { type RequestedScope, singleResource } from '../scopes/asked-scope.ts'
import { assertPersonAssigned, isForOtherTenants, principalOf, sharedTenant } from '../client.ts'
import { type ResourceConsent, resourceConsents } from '../scopes/consent.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import type { Issued, TokenRequest } from '../grants/grant.ts'
import { clientInfoOf, idTokenFor, tokenUserOf } from './id-token.ts'
import type { Person } from '../person.ts'
import { GRAPH, resourceKey } from '../scopes/scope.ts'
import { termsOf } from './token-terms.ts'

export interface IssuedRefreshToken {
  readonly refreshToken: string
  /** Seconds; of a single-page application's, which end at a fixed time. */
  readonly refreshTokenExpiresIn?: number
}

/** An app comes for what a person lets it have. */
export interface Delegation {
  readonly app: App
  readonly appidacr: Appidacr
  readonly person: Person
  readonly asked: RequestedScope
  /** Of the authorization request (OpenID Connect Core 1.0 §3.1.2.1). */
  readonly nonce: string | undefined
  /** Gives a refresh token; absent where none is due. */
  readonly refresh?: () => Promise<IssuedRefreshToken>
}

/**
 * Issues all that comes with an access token for a person (docs/reference/identity.md §7.1). Refuses what is not
 * consented to.
 */
export async function issueToUser(deps: EntraDeps, request: TokenRequest, delegation: Delegation): Promise<Issued> {
  const { app, person, asked } = delegation
  singleResource(asked)
  const principal = await principalOf(deps, person.tenant, app, request.attempt)
  await assertPersonAssigned(deps, principal, person.user)
  const questions = await resourceConsents(deps, { ...person, app, principal }, asked, request.attempt)
  const question = consentedTo(questions, app, request.attempt)
  const { resource } = question
  await assertOverPath(deps, request, question)
  request.attempt.passed('consent', `Consented to: ${question.consented.join(' ') || 'signing in'}.`, { resource })
  const access = await mint(deps, request, delegation, question)
  const refreshToken = (await delegation.refresh?.()) ?? {}
  return {
    access,
    resource: question.asked.named,
    scope: scopeOf(question, asked),
    ...refreshToken,
    ...(asked.identity.has('openid') && {
      idToken: await idTokenFor(deps, request.http, { ...delegation, version: request.version }),
    }),
    ...(request.form.get('client_info') === '1' && { clientInfo: clientInfoOf(person) }),
  }
}

/**
 * docs/reference/identity.md §8.2: what belongs to one organization is not asked for over the path that is everybody's.
 */
async function assertOverPath(deps: EntraDeps, { tenant }: TokenRequest, question: ResourceConsent): Promise<void> {
  if (sharedTenant(tenant) !== 'common') return
  const own = await deps.directory.apps.findAnywhere(question.resource.appId)
  if (own && !isForOtherTenants(own)) deny(90124, question.asked.named)
}

/** All of what was asked for, or nothing: an app is to ask the person again, not to find out later. */
function consentedTo(questions: readonly ResourceConsent[], app: App, attempt: Attempt): ResourceConsent {
  const [first] = questions
  const nothing = first?.asked.values === 'default' && first.consented.length === 0
  if (!first || nothing || questions.some(({ missing }) => missing.length > 0)) {
    const open = questions.find((question) => question.missing.length > 0) ?? first
    attempt.knows(open ? { resource: open.resource, missing: open.missing } : {})
    return deny(65001, app.appId, app.displayName)
  }
  return first
}

async function mint(
  deps: EntraDeps,
  request: TokenRequest,
  { app, appidacr, person, asked }: Delegation,
  question: ResourceConsent,
): Promise<AccessToken> {
  const { user, tenant, signedIn } = person
  return deps.tokens.mint({
    ...termsOf(deps, request, { user, target: question.resource, named: question.asked.named }),
    kind: 'user',
    tenant: tenant.id,
    appId: app.appId,
    appDisplayName: app.displayName,
    user: tokenUserOf(person),
    scopes: [...question.consented, ...signInScopes(question, asked)],
    wids: await deps.directory.directoryRoles.of(tenant.id, user.id),
    appidacr,
    amr: signedIn.amr,
    session: signedIn.session,
    from: signedIn.from,
  })
}

/** Graph's tokens say by what the person signed in too: the userinfo endpoint is Graph's. */
const signInScopes = ({ asked: { named } }: ResourceConsent, asked: RequestedScope): readonly string[] =>
  resourceKey(named) === GRAPH ? spokenOf(asked) : []

/** Nobody is told of `offline_access`: the refresh token shows it. */
const spokenOf = ({ identity }: RequestedScope): readonly string[] =>
  [...identity].filter((scope) => scope !== 'offline_access')

/** In the spelling of the request. MSAL looks for `.default` in its cache by what is said here. */
function scopeOf({ asked: { prefix, values }, consented }: ResourceConsent, asked: RequestedScope): string {
  const named = values === 'default' && prefix !== '' ? [...consented, '.default'] : consented
  return [...named.map((value) => `${prefix}${value}`), ...spokenOf(asked)].join(' ')
}

/** A refresh token for what was authorised; `refused` where that was revoked meanwhile. */
export async function issuedRefreshToken(
  { authorizations, world }: EntraDeps,
  grant: RefreshGrant,
  refused: () => never,
  from?: string,
): Promise<IssuedRefreshToken> {
  const { token, ends } = (await authorizations.refreshTokens.issue(grant, from)) ?? refused()
  if (ends === undefined) return { refreshToken: token }
  // A second less than there is, as for access tokens.
  return { refreshToken: token, refreshTokenExpiresIn: Math.max(0, seconds(ends - world.now()) - 1) }
}
