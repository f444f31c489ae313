import { isoDateTime, SECOND } from '../../../core/time.ts'
import type { Jws } from '../../../codecs/jwt/jws.ts'
import type { Tenant } from '../../../domain/directory/types.ts'
import { deny } from '../errors/errors.ts'
import { microsoftClouds } from '../headers.ts'
import { isOwnName } from '../own-names.ts'

/** A decoded assertion that is not verified yet. */
export interface SignedAssertion extends Jws {
  /** `iss` and `sub`. */
  readonly issuer: string
  readonly subject: string
}

/** The claim as text if it is text. A claim can be any JSON value. */
export const spelled = (claim: unknown): string =>
  [claim]
    .flat()
    .filter((it) => typeof it === 'string')
    .join(' ')

const LATEST = 8.64e12

/**
 * Checks an assertion's `nbf` and `exp` against the clock, with `skew` seconds of tolerance. docs/reference/identity.md
 * §2.2: `exp` is required and has no upper limit, MSAL Python sends no `nbf`, and both may have a fraction.
 */
export function checkLifetime(claims: Readonly<Record<string, unknown>>, now: number, skew: number): void {
  const exp = instantOf(claims, 'exp') ?? deny(50027, "The claim 'exp' is missing.")
  const nbf = instantOf(claims, 'nbf')
  if (now / 1000 < exp + skew && (nbf === undefined || now / 1000 >= nbf - skew)) return
  const from = nbf ?? instantOf(claims, 'iat')
  deny(700024, iso(now / 1000), from === undefined ? 'the beginning' : iso(from), iso(exp))
}

/** RFC 7519 §2: seconds since the epoch, possibly with a fraction. */
function instantOf(claims: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = claims[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || Math.abs(value) > LATEST) return deny(50027, `The claim '${name}' is not a time.`)
  return value
}

const iso = (seconds: number): string => isoDateTime(seconds * SECOND)

const tokenEndpoints = ['/oauth2/v2.0/token', '/oauth2/token']
/** Some clients use the issuer, in its v2 or v1 form. */
const issuers = ['/v2.0', '']

/** A tenant's token service. */
interface TokenService {
  readonly tenant: Tenant
  /** The base URL of the request. Its port counts; its host does not. */
  readonly base: string
  /** The host names of this server. */
  readonly names: readonly string[]
  readonly strict: boolean
}

/**
 * Returns true if the assertion's audience is this token service (docs/reference/identity.md §2.2), under a host name
 * of this server or of Microsoft, with the tenant as GUID or domain. The Host header does not count: otherwise an
 * assertion for another server could be replayed here. `strict` accepts the token endpoints only.
 */
export function isForTenant(audience: unknown, service: TokenService): boolean {
  // RFC 7519 §4.1.3: one name or a list of them.
  const named = Array.isArray(audience) ? audience : [audience]
  return named.some((one) => typeof one === 'string' && means(one, service))
}

function means(audience: string, { tenant, base, names, strict }: TokenService): boolean {
  const url = URL.parse(audience)
  if (url?.protocol !== 'https:' || url.search !== '' || url.hash !== '' || url.username !== '') return false
  const path = url.pathname.toLowerCase().replace(/\/$/, '')
  const endings = strict ? tokenEndpoints : [...tokenEndpoints, ...issuers]
  return (
    (microsoftHosts.includes(url.host) || isOurs(url, base, names)) &&
    [tenant.id, ...tenant.domains].some((name) => endings.some((ending) => path === `/${name}${ending}`))
  )
}

const microsoftHosts = microsoftClouds.flatMap((cloud) => cloud.aliases)

const isOurs = (url: URL, base: string, names: readonly string[]): boolean =>
  url.port === new URL(base).port && isOwnName(url, names)
