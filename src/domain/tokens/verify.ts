import { verify } from 'node:crypto'
import { readJws } from '../../codecs/jwt/compact.ts'
import { isGuid, type TenantId } from '../../core/ids.ts'
import type { SigningKey } from './signing-key.ts'
import type { AppTokenClaims, TokenFault, Verdict } from './types.ts'

/** Octets beyond which a token is not looked at: ours are some 1,500. */
const LONGEST = 16 * 1024

export interface Expected {
  key(kid: string): Promise<SigningKey | undefined>
  issuer(tenant: TenantId): string
}

type Fault = Extract<Verdict, { ok: false }>

/**
 * Whether one of our keys signed a token, in our name. Its time is {@link judgeTime}'s to judge, since that answer
 * changes. RS256 and nothing else: the header does not choose how it is checked (RFC 8725 §3.1).
 */
export async function verifySignature(token: string, expected: Expected): Promise<Verdict> {
  const jws = token.length <= LONGEST ? readJws(token) : undefined
  if (!jws) return fault('malformed', 'It is not a signed JWT in compact form.')
  const { alg, kid, crit } = jws.header
  if (alg !== 'RS256') return fault('bad-signature', `It is signed with ${shown(alg)}, and RS256 was expected.`)
  // RFC 7515 §4.1.11: an extension that has to be understood and is not.
  if (crit !== undefined) return fault('malformed', `Its header asks for an extension that is not known here.`)
  if (typeof kid !== 'string') return fault('unknown-key', 'Its header does not name a key.')
  const key = await expected.key(kid)
  if (!key) return fault('unknown-key', `It names the key ${shown(kid)}, which is none of this server's.`)
  if (!verify('sha256', jws.signed, key.publicKey, jws.signature)) {
    return fault(
      'bad-signature',
      `Its signature is not by the key ${shown(kid)} that it names: it was changed or forged.`,
    )
  }
  if (!isAppToken(jws.claims)) return fault('malformed', 'Its claims are not those of an app-only token.')
  const claims: AppTokenClaims = Object.freeze(jws.claims)
  const issuer = expected.issuer(claims.tid)
  if (claims.iss === issuer) return { ok: true, claims }
  return { ...fault('wrong-issuer', `Its issuer is ${shown(claims.iss)}, and ${issuer} was expected.`), claims }
}

/** Holds the token's own time against the clock, to the second and without leeway: the clock that minted it is ours. */
export function judgeTime(claims: AppTokenClaims, now: number): Verdict {
  if (now >= claims.exp * 1000)
    return { ...fault('expired', `It ended at ${instant(claims.exp)}; it is ${clock(now)}.`), claims }
  if (now < claims.nbf * 1000) {
    return { ...fault('not-yet-valid', `It begins at ${instant(claims.nbf)}; it is ${clock(now)}.`), claims }
  }
  return { ok: true, claims }
}

const fault = (name: TokenFault, evidence: string): Fault => ({ ok: false, fault: name, evidence })

function isAppToken(claims: object): claims is AppTokenClaims {
  const { iss, tid, exp, nbf, idtyp, aud, appid, oid, roles = [], wids } = claims as Partial<AppTokenClaims>
  const texts = [iss, aud]
  const ids = [tid, appid, oid]
  return (
    idtyp === 'app' &&
    texts.every((text) => typeof text === 'string') &&
    ids.every((id) => typeof id === 'string' && isGuid(id)) &&
    [exp, nbf].every(Number.isSafeInteger) &&
    [roles, wids].every(isTexts)
  )
}

const isTexts = (list: unknown): boolean => Array.isArray(list) && list.every((text) => typeof text === 'string')

/** What a stranger wrote: short, on one line, and in letters that a terminal only prints. */
const shown = (value: unknown): string =>
  JSON.stringify(value ?? null)
    .slice(0, 100)
    .replaceAll(/[^ -~]/g, '?')

const clock = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
const instant = (seconds: number): string => clock(seconds * 1000)
