import { constants, type KeyObject, verify, X509Certificate } from 'node:crypto'
import type { Guid } from '../../../core/ids.ts'
import type { App, AppCertificate } from '../../../domain/directory/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { checkLifetime, isForTenant, type SignedAssertion, spelled } from './assertion-claims.ts'
import type { AuthenticatingClient } from '../client.ts'
import { chainOf, namedCertificate, trustedNamesOf } from './certificate-path.ts'

/** The names of a certificate in an assertion's header, as lower-case hex or as sent. */
interface KeyNames {
  readonly sha1: string | undefined
  readonly sha256: string | undefined
  /** `kid`: a thumbprint in hex or base64, or the credential's own keyId. */
  readonly kid: string | undefined
}

/** RFC 7518 §3.3 and §3.5: a shorter key must not be used. */
const SHORTEST_KEY = 2048

interface Padding {
  readonly padding: number
  readonly saltLength?: number
}

/** Padding by `alg`. Only these are supported, which excludes `none` and HMAC with a public key. */
const paddings: Readonly<Record<string, Padding>> = {
  RS256: { padding: constants.RSA_PKCS1_PADDING },
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
}

/** The signer of an assertion: a certificate of the app, or one that the app trusts by name. */
interface Signer {
  readonly keyId: Guid | undefined
  readonly key: KeyObject
  readonly starts: number
  readonly ends: number
}

/**
 * Verifies an assertion that a certificate signed. Returns the certificate's id; undefined for one that the app trusts
 * by name. A `jti` may come again: MSAL sends the same assertion until it expires (docs/reference/identity.md §2.2).
 */
export function checkCertificateAssertion(
  deps: EntraDeps,
  client: AuthenticatingClient,
  assertion: SignedAssertion,
): Guid | undefined {
  const { app, tenant, request } = client
  const { strict, settings, world, names } = deps
  const padding = paddingOf(assertion)
  checkParties(assertion, app)
  const keyNames = keyNamesOf(assertion.header)
  const signer = registered(app, keyNames, strict) ?? byName(deps, client, assertion, keyNames)
  if (!isSignedBy(assertion, signer.key, padding)) {
    deny(700027, 'The key was found, but the signature is not its own.', shown(keyNames))
  }
  if (!isForTenant(assertion.claims.aud, { tenant, base: request.http.base, names, strict })) {
    deny(700023, spelled(assertion.claims.aud))
  }
  checkLifetime(assertion.claims, world.now(), settings.assertion_skew_seconds)
  if (signer.ends <= world.now()) deny(700027, 'The key used is expired.', shown(keyNames))
  if (signer.starts > world.now()) deny(700027, 'The key used is not valid yet.', shown(keyNames))
  return signer.keyId
}

function paddingOf({ header: { alg } }: SignedAssertion): Padding {
  const known = typeof alg === 'string' && Object.hasOwn(paddings, alg) ? paddings[alg] : undefined
  return known ?? deny(50027, `The signing algorithm '${spelled(alg)}' is not supported.`)
}

/** RFC 7523 §3: the client is the assertion's issuer and its subject. */
function checkParties({ issuer, subject }: SignedAssertion, app: App): void {
  if (issuer.toLowerCase() !== subject.toLowerCase()) deny(50048, issuer, subject)
  if (subject.toLowerCase() !== app.appId) deny(700021, subject, app.appId)
}

function registered(app: App, names: KeyNames, strict: boolean): Signer | undefined {
  const found = app.certificates.find(match(names, strict))
  return found && { ...found, key: new X509Certificate(found.der).publicKey }
}

function match({ sha256, sha1, kid }: KeyNames, strict: boolean): (it: AppCertificate) => boolean {
  if (sha256 !== undefined) return (it) => it.sha256 === sha256
  if (sha1 !== undefined) return (it) => it.sha1 === sha1
  // Only old ADAL samples send `kid` alone.
  if (kid !== undefined && !strict) return (it) => [it.sha1, it.sha256, it.keyId].some((name) => name === kid)
  return () => false
}

/** docs/reference/identity.md §2.2: subject name and issuer trust, if the server and the app are set up for it. */
function byName(
  { authorities, world, strict }: EntraDeps,
  { app, request }: AuthenticatingClient,
  assertion: SignedAssertion,
  names: KeyNames,
): Signer {
  const trusted = authorities.length > 0 ? trustedNamesOf(app) : []
  const chain = trusted.length > 0 ? chainOf(assertion.header.x5c, strict) : undefined
  if (!chain) {
    if (names.sha256 === undefined && names.sha1 === undefined && (names.kid === undefined || strict)) {
      deny(50027, 'No certificate SHA-1 thumbprint, certificate SHA-256 thumbprint, nor keyId is in the header.')
    }
    request.attempt.remark(registeredOf(app))
    return deny(700027, 'The key was not found.', shown(names))
  }
  const certificate = namedCertificate(chain, trusted, { authorities, now: world.now() })
  const { fingerprint, fingerprint256, publicKey: key, validFromDate, validToDate } = certificate
  // RFC 7515 §4.1.7: with a chain, the thumbprint is that of its first certificate.
  if (!isShown(names.sha1, fingerprint) || !isShown(names.sha256, fingerprint256)) {
    deny(700027, 'The key was not found.', shown(names))
  }
  return { keyId: undefined, key, starts: validFromDate.getTime(), ends: validToDate.getTime() }
}

/** The most certificates that a record lists. */
const LISTED_CERTIFICATES = 5

const registeredOf = ({ certificates }: App): string =>
  certificates.length === 0
    ? 'The app has no certificate.'
    : `The app has the certificates ${certificates
        .slice(0, LISTED_CERTIFICATES)
        .map(({ sha1 }) => sha1.toUpperCase())
        .join(', ')}.`

const isShown = (name: string | undefined, fingerprint: string): boolean =>
  name === undefined || name === fingerprint.replaceAll(':', '').toLowerCase()

function isSignedBy(assertion: SignedAssertion, key: KeyObject, padding: Padding): boolean {
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < SHORTEST_KEY) return false
  return verify('sha256', assertion.signed, { key, ...padding }, assertion.signature)
}

const shown = (names: KeyNames): string => (names.sha256 ?? names.sha1 ?? names.kid ?? '').toUpperCase()

/**
 * docs/reference/identity.md §2.2: documented is base64url; clients also send padding and standard base64. RFC 7515
 * §4.1.7 and §4.1.8.
 */
function keyNamesOf(header: Readonly<Record<string, unknown>>): KeyNames {
  return { sha1: hexOf(header.x5t, 20), sha256: hexOf(header['x5t#S256'], 32), kid: kidOf(header.kid) }
}

function kidOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined
  return hexOf(value, 20) ?? hexOf(value, 32) ?? value.toLowerCase()
}

/** A thumbprint of so many octets, in hex, base64 or base64url. */
function hexOf(value: unknown, octets: number): string | undefined {
  if (typeof value !== 'string') return undefined
  if (/^[\da-f]+$/i.test(value) && value.length === octets * 2) return value.toLowerCase()
  if (!/^[\w+/-]+={0,2}$/.test(value)) return undefined
  const decoded = Buffer.from(value, 'base64')
  return decoded.length === octets ? decoded.toString('hex') : undefined
}
