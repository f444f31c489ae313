import { type KeyObject, verify } from 'node:crypto'
import type { Guid } from '../../../core/ids.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { FederatedCredential } from '../../../domain/directory/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import type { AuthenticatingClient } from '../client.ts'
import { checkLifetime, type SignedAssertion, spelled } from './assertion-claims.ts'

/**
 * Verifies an assertion of an external issuer, and returns the federated credential that it matches
 * (docs/reference/identity.md §2.3). Postern fetches the issuer's keys only if the app trusts the issuer, so strangers
 * cannot direct its requests.
 */
export async function checkFederatedAssertion(
  deps: EntraDeps,
  client: AuthenticatingClient,
  assertion: SignedAssertion,
): Promise<Guid> {
  const credentials = await deps.directory.apps.federatedOf(client.app.appId)
  const credential = matching(credentials, assertion) ?? denyUnmatched(client, credentials, assertion)
  const { alg, kid } = assertion.header
  // docs/reference/identity.md §2.3: only RS256, which excludes `none` and HMAC with a public key.
  if (alg !== 'RS256') deny(50027, `The signing algorithm '${spelled(alg)}' is not supported.`)
  if (typeof kid !== 'string') return deny(50027, "The header parameter 'kid' is required.")
  const key = (await keyOf(deps, client, credential.issuer, kid)) ?? deny(7000272, kid, credential.issuer)
  if (!verify('sha256', assertion.signed, key, assertion.signature)) {
    deny(700027, 'The key was found, but the signature is not its own.', kid)
  }
  checkLifetime(assertion.claims, deps.world.now(), deps.settings.assertion_skew_seconds)
  return credential.id
}

/** Compares exactly: only the issuer knows which of its names are equal. */
const matching = (credentials: readonly FederatedCredential[], { issuer, subject, claims }: SignedAssertion) =>
  credentials.find(
    (it) =>
      it.issuer === issuer &&
      it.subject === subject &&
      it.audiences.some((audience) => [claims.aud].flat().includes(audience)),
  )

/** The most credentials that a record lists. */
const LISTED_CREDENTIALS = 5

/**
 * docs/reference/identity.md §2.3: the client gets the first mismatch; the record lists the credentials that the app
 * has.
 */
function denyUnmatched(
  { request }: AuthenticatingClient,
  credentials: readonly FederatedCredential[],
  { issuer, subject, claims }: SignedAssertion,
): never {
  if (credentials.length === 0) deny(70021, issuer, subject, spelled(claims.aud))
  const trusted = credentials
    .slice(0, LISTED_CREDENTIALS)
    .map((it) => `issuer '${it.issuer}', subject '${it.subject}', audience '${it.audiences.join(' ')}'`)
  request.attempt.remark(`The app trusts: ${trusted.join('; ')}.`)
  const ofIssuer = credentials.filter((it) => it.issuer === issuer)
  if (ofIssuer.length === 0) deny(700211, issuer)
  return ofIssuer.some((it) => it.subject === subject) ? deny(700212, spelled(claims.aud)) : deny(700213, subject)
}

async function keyOf(
  { issuerKeys }: EntraDeps,
  { request, app }: AuthenticatingClient,
  issuer: string,
  kid: string,
): Promise<KeyObject | undefined> {
  try {
    return await issuerKeys.find(issuer, kid)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    request.http.log.warn(
      { issuer, appId: app.appId, why: thrown.message },
      'The keys of an external issuer could not be fetched',
    )
    request.attempt.remark(`The keys of '${issuer}' cannot be fetched. ${thrown.message}.`)
    return deny(50166)
  }
}
