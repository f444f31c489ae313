import { isoDateTime } from '../../../core/date-format.ts'
import type { Jws } from '../../../codecs/jwt/jws.ts'
import { SECOND } from '../../../core/duration.ts'
import type { Tenant } from '../../../domain/directory/types.ts'
import { deny } from '../errors/errors.ts'
import { microsoftClouds } from '../headers.ts'
import { isOwnName } from '../own-names.ts'

/** An assertion that was read, and not believed yet. */
export interface SignedAssertion extends Jws {
  /** `iss` and `sub`. */
  readonly issuer: string
  readonly subject: string
}

/** As words, where it is words: a claim can be anything, nested to any depth. */
export const spelled = (claim: unknown): string =>
  [claim]
    .flat()
    .filter((it) => typeof it === 'string')
    .join(' ')

const LATEST = 8.64e12

/**
 * Holds an assertion's `nbf` and `exp` against the clock, give or take `skew` seconds. docs/reference/identity.md §2.2:
 * `exp` is required and has no upper limit, `nbf` is absent in MSAL Python, and either may have a fraction.
 */
export function checkLifetime(claims: Readonly<Record<string, unknown>>, now: number, skew: number): void {
  const exp = instantOf(claims, 'exp') ?? deny(50027, "The claim 'exp' is missing.")
  const nbf = instantOf(claims, 'nbf')
  if (now / 1000 < exp + skew && (nbf === undefined || now / 1000 >= nbf - skew)) return
  const from = nbf ?? instantOf(claims, 'iat')
  deny(700024, iso(now / 1000), from === undefined ? 'the beginning' : iso(from), iso(exp))
}

/** RFC 7519 §2: seconds since the epoch, not necessarily whole. */
function instantOf(claims: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = claims[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || Math.abs(value) > LATEST) return deny(50027, `The claim '${name}' is not a time.`)
  return value
}

const iso = (seconds: number): string => isoDateTime(seconds * SECOND)

const tokenEndpoints = ['/oauth2/v2.0/token', '/oauth2/token']
/** Seen in the field: the issuer, in its v2 and v1 spelling. */
const issuers = ['/v2.0', '']

/** A tenant's token service, as its caller reached it and as we know it. */
interface TokenService {
  readonly tenant: Tenant
  /** The URL by which the caller says it reached us; its port counts, its host does not. */
  readonly base: string
  /** Our host names. */
  readonly names: readonly string[]
  readonly strict: boolean
}

/**
 * Whether an assertion was meant for this token service (docs/reference/identity.md §2.2): by any name of ours, or by
 * one of Microsoft's for a client that was told nothing else; the tenant by GUID or domain. Our names are those we were
 * given: what the caller's Host header says proves nothing, or an assertion made out to another server could be passed
 * on to us. `strict` takes the token endpoints only.
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
