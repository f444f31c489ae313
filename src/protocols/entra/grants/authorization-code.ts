import { hash, timingSafeEqual } from 'node:crypto'
import type { CodeRequest } from '../../../domain/authorization/types.ts'
import type { App } from '../../../domain/directory/types.ts'
import { assertCrossOrigin } from '../cross-origin.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { registeredRedirect } from '../people/redirect.ts'
import { personOf } from '../person.ts'
import { isScopeText } from '../scopes/scope.ts'
import { delegatedClient, firstRequestedScope, issueFirst, authenticateDelegatedClient } from './delegated-client.ts'
import type { Grant, IssuedTokens, TokenRequest } from './grant.ts'

/** An app redeems an authorization code (docs/reference/identity.md §7.1, RFC 6749 §4.1.3). */
export const authorizationCode: Grant = { type: 'authorization_code', redeem }

async function redeem(deps: EntraDeps, request: TokenRequest): Promise<IssuedTokens> {
  const { form, http, attempt } = request
  const code = form.need('code')
  const redirectUri = form.need('redirect_uri')
  const client = await delegatedClient(deps, request)
  const { app } = client
  const { kind } = registeredRedirect(app, redirectUri)
  const appidacr = await authenticateDelegatedClient(deps, request, client, kind !== 'web')
  const singlePage = kind === 'spa'
  assertCrossOrigin(http, singlePage)
  const given = await redeemed(deps, app, code)
  // RFC 6749 §4.1.3: the redirect URI must be the one of the authorization request.
  if (given.redirectUri !== redirectUri || given.singlePage !== singlePage) deny(70000)
  checkVerifier(given, form.get('code_verifier'))
  checkScope(form.get('scope'))
  attempt.passed('grant', 'The code is good, and the app is the one that it was made for.')
  const person = await personOf(deps, given.signedIn, client, { attempt, confidential: false })
  return issueFirst(deps, request, {
    app,
    appidacr,
    person,
    requested: firstRequestedScope(request, given),
    nonce: given.nonce,
    authorized: given,
    singlePage,
    code,
    revoked: () => deny(54005),
  })
}

async function redeemed({ authorizations }: EntraDeps, app: App, code: string): Promise<CodeRequest> {
  const redemption = await authorizations.codes.redeem(code, app.appId)
  if (redemption.ok) return redemption.request
  if (redemption.because === 'used') return deny(54005)
  return redemption.because === 'expired' ? deny(70008) : deny(70000)
}

/** docs/reference/identity.md §8.2: the scope may be absent here; a wrong one has error codes of its own. */
function checkScope(scope: string | undefined): void {
  if (scope === undefined) return
  if (scope.trim() === '') deny(28003)
  if (!isScopeText(scope)) deny(28002, scope)
}

/** RFC 7636 §4.1 */
const verifierShape = /^[\w.~-]{43,128}$/

/**
 * RFC 7636 §4.6. A verifier for a code without a challenge is refused too: somebody removed the challenge (RFC 9700
 * §2.1.1).
 */
function checkVerifier({ challenge, singlePage }: CodeRequest, verifier: string | undefined): void {
  if (challenge === undefined) {
    if (singlePage) deny(9002325)
    if (verifier !== undefined) deny(501481)
    return
  }
  if (verifier === undefined || !verifierShape.test(verifier)) deny(50147)
  const [made, expected] = [hash('sha256', verifier, 'base64url'), challenge.challenge].map((text) => Buffer.from(text))
  if (made!.length !== expected!.length || !timingSafeEqual(made!, expected!)) deny(501481)
}
