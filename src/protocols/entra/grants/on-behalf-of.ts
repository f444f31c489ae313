import { isoDateTime } from '../../../core/time.ts'
import type { SignedIn } from '../../../domain/authorization/types.ts'
import type { App } from '../../../domain/directory/types.ts'
import type { UserTokenClaims } from '../../../domain/tokens/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { personOf } from '../person.ts'
import { delegatedClient, issueFirst, newlyRequestedScope, authenticateDelegatedClient } from './delegated-client.ts'
import type { Grant, IssuedTokens, TokenRequest } from './grant.ts'

/** An API that was called with a user's token requests a token for another API, for the same user (RFC 7523 §2.1). */
export const onBehalfOf: Grant = { type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', redeem }

async function redeem(deps: EntraDeps, request: TokenRequest): Promise<IssuedTokens> {
  const { form, http, attempt } = request
  const assertion = form.need('assertion')
  if (form.need('requested_token_use') !== 'on_behalf_of') deny(9002313)
  const client = await delegatedClient(deps, request)
  const { app } = client
  const appidacr = await authenticateDelegatedClient(deps, request, client, false)
  const requested = newlyRequestedScope(request)
  const claims = await assertedClaims(deps, app, assertion)
  attempt.passed('grant', `The token was issued to ${claims.appid} for the app.`)
  const signedIn = signedInOf(claims, http.from)
  const person = await personOf(deps, signedIn, client, { attempt, confidential: true })
  return issueFirst(deps, request, {
    app,
    appidacr,
    person,
    requested,
    nonce: undefined,
    authorized: { signedIn, appId: app.appId, scope: form.get('scope') ?? '', resource: form.get('resource') },
    revoked: () => deny(70000),
  })
}

/** Returns the claims of a user's token that this server issued for the requesting app. */
async function assertedClaims(
  { tokens, world, directory }: EntraDeps,
  app: App,
  assertion: string,
): Promise<UserTokenClaims> {
  const verdict = await tokens.verify(assertion)
  if (!verdict.ok) {
    const ended = verdict.fault === 'expired' ? verdict.claims?.exp : undefined
    if (ended !== undefined) deny(500133, isoDateTime(world.now()), isoDateTime(ended * 1000))
    return deny(50013, verdict.evidence)
  }
  const { claims } = verdict
  if (claims.idtyp === 'app') return deny(7000114, app.appId, app.displayName)
  // The audience is looked up in the token's tenant: an app in another tenant may have the same name.
  const audience = await directory.servicePrincipals.findResource(claims.tid, claims.aud)
  return audience?.appId === app.appId ? claims : deny(500131, claims.aud, app.appId)
}

/** Tokens are backdated by five minutes (docs/reference/identity.md §2.4). */
const BACKDATED = 300

const signedInOf = (claims: UserTokenClaims, from: string): SignedIn => ({
  tenant: claims.tid,
  user: claims.oid,
  session: claims.sid,
  at: (claims.iat + BACKDATED) * 1000,
  amr: claims.amr ?? ['pwd'],
  from: claims.ipaddr ?? from,
})
