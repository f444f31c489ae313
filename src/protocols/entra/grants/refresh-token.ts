import { isoDateTime } from '../../../core/time.ts'
import type { RefreshGrant, RefreshUse } from '../../../domain/authorization/types.ts'
import { assertCrossOrigin } from '../cross-origin.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { personOf } from '../person.ts'
import { issuedRefreshToken, issueToUser } from '../issuing/user-tokens.ts'
import { delegatedClient, authenticateDelegatedClient, requestedScope } from './delegated-client.ts'
import type { Grant, IssuedTokens, TokenRequest } from './grant.ts'

/** An app uses a refresh token (docs/reference/identity.md §7.3, RFC 6749 §6). */
export const refreshToken: Grant = { type: 'refresh_token', redeem }

async function redeem(deps: EntraDeps, request: TokenRequest): Promise<IssuedTokens> {
  const { form, http, attempt } = request
  const { refreshTokens } = deps.authorizations
  const token = form.need('refresh_token')
  const client = await delegatedClient(deps, request)
  const { app, presented } = client
  const use = await refreshTokens.use(token, app.appId)
  const isPublic = use.ok ? !use.grant.confidential : presented.credential === undefined
  const appidacr = await authenticateDelegatedClient(deps, request, client, isPublic)
  const { grant, issued } = granted(use)
  assertCrossOrigin(http, grant.singlePage)
  attempt.passed('grant', `The refresh token of ${isoDateTime(issued)} is good.`)
  const person = await personOf(deps, grant.signedIn, client, { attempt, confidential: grant.confidential })
  return issueToUser(deps, request, {
    app,
    appidacr,
    person,
    requested: requestedScope(request, grant),
    nonce: undefined,
    // docs/reference/identity.md §7.3: each use issues a new one, for everything that the user authorized.
    refresh: () => issuedRefreshToken(deps, grant, () => deny(50173, isoDateTime(issued)), token),
  })
}

function granted(use: RefreshUse): { readonly grant: RefreshGrant; readonly issued: number } {
  return use.ok ? use : denials[use.because](use)
}

/** docs/reference/identity.md §8.2 */
const denials: Record<
  Exclude<RefreshUse, { ok: true }>['because'],
  (use: { readonly issued?: number; readonly ended?: number }) => never
> = {
  unknown: () => deny(70000),
  idle: ({ issued = 0 }) => deny(700082, isoDateTime(issued), '90.00:00:00'),
  ended: ({ issued = 0, ended = 0 }) => deny(700084, isoDateTime(issued), isoDateTime(ended)),
  revoked: ({ issued = 0 }) => deny(50173, isoDateTime(issued)),
  reused: ({ issued = 0 }) => deny(50173, isoDateTime(issued)),
}
