import { constants, type KeyObject, verify, X509Certificate } from 'node:crypto'
import { type Jws, readJws } from '../../../codecs/jwt/compact.ts'
import type { Guid } from '../../../core/ids.ts'
import type { App, AppCertificate } from '../../../domain/directory/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors.ts'
import { isForTenant } from './audience.ts'
import type { AuthenticatingClient } from './authenticate.ts'
import { checkLifetime } from './lifetime.ts'
import { type KeyNames, keyNamesOf } from './thumbprint.ts'

/** RFC 7518 §3.3 and §3.5: a shorter key must not be used. */
const SHORTEST_KEY = 2048

/** Padding by `alg`. A list of what is taken, so that `none` and HMAC with a public key are nothing. */
const paddings: Readonly<Record<string, { padding: number; saltLength?: number }>> = {
  RS256: { padding: constants.RSA_PKCS1_PADDING },
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
}

/**
 * Answers which of the app's certificates signed the assertion, and refuses one that none of them signed, here and now (RFC 7523 §3).
 * A `jti` that was seen before is taken: MSAL sends one assertion again until it ends (contract/identity §2.2).
 */
export function checkAssertion(deps: EntraDeps, client: AuthenticatingClient, jwt: string): Guid {
  const { app, tenant, request } = client
  const { strict, settings, world, names } = deps
  const assertion = readJws(jwt) ?? deny(50027, 'It is not a signed token in compact form.')
  const padding = paddingOf(assertion)
  checkParties(assertion, app)
  const keyNames = keyNamesOf(assertion.header)
  const certificate = certificateNamed(app, keyNames, strict) ?? deny(700027, 'The key was not found.', shown(keyNames))
  if (!isSignedBy(assertion, keyOf(certificate), padding)) {
    deny(700027, 'The key was found, but the signature is not its own.', shown(keyNames))
  }
  if (!isForTenant(assertion.claims.aud, { tenant, base: request.http.base, names, strict }))
    deny(700023, spelled(assertion.claims.aud))
  checkLifetime(assertion.claims, world.now(), settings.assertion_skew_seconds)
  if (certificate.ends <= world.now()) deny(700027, 'The key used is expired.', shown(keyNames))
  if (certificate.starts > world.now()) deny(700027, 'The key used is not valid yet.', shown(keyNames))
  return certificate.keyId
}

function paddingOf({ header }: Jws): { padding: number; saltLength?: number } {
  const { alg, crit } = header
  // RFC 7515 §4.1.11: an extension that has to be understood and is not.
  if (crit !== undefined) deny(50027, "The header parameter 'crit' is not supported.")
  const known = typeof alg === 'string' && Object.hasOwn(paddings, alg) ? paddings[alg] : undefined
  return known ?? deny(50027, `The signing algorithm '${spelled(alg)}' is not supported.`)
}

/** RFC 7523 §3: the client is the assertion's issuer and its subject. */
function checkParties({ claims }: Jws, app: App): void {
  const { iss, sub, aud } = claims
  if (typeof iss !== 'string' || typeof sub !== 'string') {
    deny(50027, "The claims 'iss' and 'sub' are required.")
  }
  // An outside issuer is a federated identity's, and no app here trusts one.
  if (/^https:/i.test(iss)) deny(70021, iss, sub, spelled(aud))
  if (iss.toLowerCase() !== sub.toLowerCase()) deny(50048, iss, sub)
  if (sub.toLowerCase() !== app.appId) deny(700021, sub, app.appId)
}

function certificateNamed(app: App, names: KeyNames, strict: boolean): AppCertificate | undefined {
  if (names.sha256 !== undefined) return app.certificates.find((it) => it.sha256 === names.sha256)
  if (names.sha1 !== undefined) return app.certificates.find((it) => it.sha1 === names.sha1)
  // Only old ADAL samples name the key by `kid`.
  if (names.kid === undefined || strict) {
    return deny(50027, 'No certificate SHA-1 thumbprint, certificate SHA-256 thumbprint, nor keyId is in the header.')
  }
  return app.certificates.find((it) => [it.sha1, it.sha256, it.keyId].some((name) => name === names.kid))
}

const keyOf = (certificate: AppCertificate): KeyObject => new X509Certificate(certificate.der).publicKey

function isSignedBy(assertion: Jws, key: KeyObject, padding: { padding: number; saltLength?: number }): boolean {
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < SHORTEST_KEY) return false
  return verify('sha256', assertion.signed, { key, ...padding }, assertion.signature)
}

const shown = (names: KeyNames): string => (names.sha256 ?? names.sha1 ?? names.kid ?? '').toUpperCase()

/** As words, where it is words: a claim can be anything, nested to any depth. */
const spelled = (claim: unknown): string =>
  [claim]
    .flat()
    .filter((it) => typeof it === 'string')
    .join(' ')
