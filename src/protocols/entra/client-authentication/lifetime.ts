import { deny } from '../errors/errors.ts'

const LATEST = 8.64e12

/**
 * Holds an assertion's `nbf` and `exp` against the clock, give or take `skew` seconds. contract/identity §2.2: `exp` is
 * required and has no upper limit, `nbf` is absent in MSAL Python, and either may have a fraction.
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

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString()
