import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { MINUTE, SECOND } from '../../../core/time.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { World } from '../../../core/world.ts'
import type { FetchDocument } from '../../../net/fetch-document.ts'

/** The limits for caching an issuer's keys, whatever its documents say. */
const SHORTEST_LIFE = 5 * MINUTE
const LONGEST_LIFE = 24 * 60 * MINUTE
const USUAL_LIFE = 60 * MINUTE
/** An unknown key may be a new one, so Postern fetches the keys again, at most this often. */
const REFETCH_INTERVAL = MINUTE
/** The time until a failed fetch is repeated. */
const AFTER_FAILURE = 10_000
/** The most issuers in the cache. */
const MOST_ISSUERS = 200
/** RFC 7518 §3.3: a shorter key must not be used; a much longer one only costs time. */
const KEY_BITS = { least: 2048, most: 8192 }

/** The keys of external issuers, from their own documents. */
export interface IssuerKeys {
  /** Returns undefined if the issuer has no such key. Refuses if its documents cannot be fetched or are invalid. */
  find(issuer: string, kid: string): Promise<KeyObject | undefined>
}

interface Known {
  keys: ReadonlyMap<string, KeyObject>
  /** By {@link World.elapsed}: when the keys expire, and until when no fetch is made. */
  ends: number
  quietUntil: number
  asking: Promise<void> | undefined
}

/** OpenID Connect Discovery 1.0 §4, RFC 7517. */
export function issuerKeys(deps: { readonly fetch: FetchDocument; readonly world: World }): IssuerKeys {
  const { fetch, world } = deps
  const known = new Map<string, Known>()

  const cachedOf = (issuer: string): Known => {
    const found = known.get(issuer) ?? { keys: new Map(), ends: 0, quietUntil: 0, asking: undefined }
    // Moves the issuer to the end: the first entry is the least recently used.
    known.delete(issuer)
    known.set(issuer, found)
    for (const [oldest] of known) {
      if (known.size <= MOST_ISSUERS) break
      known.delete(oldest)
    }
    return found
  }

  const renew = async (issuer: string, cached: Known): Promise<void> => {
    try {
      const { keys, maxAge } = await keysOf(fetch, issuer)
      const life = maxAge === undefined ? USUAL_LIFE : maxAge * SECOND
      cached.keys = keys
      cached.ends = world.elapsed() + Math.min(Math.max(life, SHORTEST_LIFE), LONGEST_LIFE)
      cached.quietUntil = world.elapsed() + REFETCH_INTERVAL
    } catch (thrown) {
      cached.quietUntil = world.elapsed() + AFTER_FAILURE
      throw thrown
    } finally {
      cached.asking = undefined
    }
  }

  return {
    async find(issuer, kid) {
      const cached = cachedOf(issuer)
      const good = () => world.elapsed() < cached.ends
      if (good() && (cached.keys.has(kid) || world.elapsed() < cached.quietUntil)) return cached.keys.get(kid)
      if (!cached.asking && world.elapsed() < cached.quietUntil) refuse('busy', 'The issuer did not answer')
      // Requests at the same time share one fetch.
      cached.asking ??= renew(issuer, cached)
      await cached.asking
      return cached.keys.get(kid)
    },
  }
}

async function keysOf(
  fetch: FetchDocument,
  issuer: string,
): Promise<{ keys: ReadonlyMap<string, KeyObject>; maxAge: number | undefined }> {
  const described = await fetch(descriptionOf(issuer))
  const { issuer: named, jwks_uri: place } = objectOf(described.body)
  // OpenID Connect Discovery 1.0 §4.3: otherwise one issuer could publish keys for another.
  if (named !== issuer) refuse('not-allowed', 'The document names another issuer')
  const { body, maxAge } = await fetch(httpsUrl(place))
  const { keys } = objectOf(body)
  const listed = (Array.isArray(keys) ? keys : []).flatMap((it) => usable(objectOf(it)) ?? [])
  return { keys: new Map(listed), maxAge }
}

/** OpenID Connect Discovery 1.0 §4.1. An issuer has no query and no fragment (§2). */
function descriptionOf(issuer: string): URL {
  const url = httpsUrl(issuer)
  if (url.search !== '' || url.hash !== '') refuse('not-allowed', 'Not the name of an issuer')
  url.pathname = `${url.pathname.replace(/\/$/, '')}/.well-known/openid-configuration`
  return url
}

function httpsUrl(text: unknown): URL {
  const url = typeof text === 'string' ? URL.parse(text) : null
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    throw new Refusal('not-allowed', 'Not an address over HTTPS')
  }
  return url
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** RFC 7517 §4: a named RSA key for signatures. Other keys of the set are ignored. */
function usable(jwk: Readonly<Record<string, unknown>>): readonly [string, KeyObject][] | undefined {
  const { kty, kid, use, alg, n, e } = jwk
  if (kty !== 'RSA' || typeof kid !== 'string') return undefined
  if ((use !== undefined && use !== 'sig') || (alg !== undefined && alg !== 'RS256')) return undefined
  try {
    const key = createPublicKey({ key: { kty, n, e } as JsonWebKey, format: 'jwk' })
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
    return bits >= KEY_BITS.least && bits <= KEY_BITS.most ? [[kid, key]] : undefined
  } catch {
    return undefined
  }
}
