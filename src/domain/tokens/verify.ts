import { verify } from 'node:crypto'
import { isoSeconds, SECOND } from '../../core/time.ts'
import { type Jws, readJws, writeObject } from '../../codecs/jwt/jws.ts'
import { isGuid, type TenantId } from '../../core/ids.ts'
import { fromVersion2, withHashedNonce } from './mint.ts'
import type { SigningKey } from './signing-key.ts'
import type { AppTokenClaims, TokenClaims, TokenFault, UserTokenClaims, Verdict } from './types.ts'

/** The largest token in octets; Postern's have about 1,500. */
const LONGEST = 16 * 1024

export interface Expected {
  key(kid: string): Promise<SigningKey | undefined>
  issuer(tenant: TenantId, version: 1 | 2): string
}

type Fault = Extract<Verdict, { ok: false }>
/** `kid`: the key that verified the signature. */
type Proof = Fault | (Extract<Verdict, { ok: true }> & { readonly kid: string })

/**
 * Verifies that one of this server's keys signed the token as its issuer. {@link judgeTime} checks the time, because
 * that result changes. Only RS256: the header does not select the algorithm (RFC 8725 §3.1).
 */
export async function verifySignature(token: string, expected: Expected): Promise<Proof> {
  const jws = token.length <= LONGEST ? readJws(token) : undefined
  if (!jws) return fault('malformed', 'It is not a signed JWT in compact form.')
  const { alg, kid, crit } = jws.header
  if (alg !== 'RS256') return fault('bad-signature', `It is signed with ${shown(alg)}, and RS256 was expected.`)
  // RFC 7515 §4.1.11: a critical extension that is not supported.
  if (crit !== undefined) return fault('malformed', `Its header asks for an extension that is not known here.`)
  if (typeof kid !== 'string') return fault('unknown-key', 'Its header does not name a key.')
  const key = await expected.key(kid)
  if (!key) return fault('unknown-key', `It names the key ${shown(kid)}, which is not a key of this server.`)
  if (!verify('sha256', signedBy(jws), key.publicKey, jws.signature)) {
    return fault(
      'bad-signature',
      `Its signature is not by the key ${shown(kid)} that it names: it was changed or forged.`,
    )
  }
  const version = jws.claims['ver'] === '2.0' ? 2 : 1
  const claims = Object.freeze(version === 2 ? fromVersion2(jws.claims) : jws.claims)
  if (!isAccessToken(claims)) return fault('malformed', 'Its claims are not those of an access token.')
  const issuer = expected.issuer(claims.tid, version)
  if (claims.iss === issuer) return { ok: true, claims, kid }
  return { ...fault('wrong-issuer', `Its issuer is ${shown(claims.iss)}, and ${issuer} was expected.`), claims }
}

/** docs/reference/identity.md §4.1: the signed text; a nonce in the header is replaced by its hash. */
function signedBy({ header, signed }: Jws): Buffer {
  if (typeof header['nonce'] !== 'string') return signed
  const written = writeObject(header)
  // Another spelling of the same header would make another valid token.
  if (signed.toString('latin1', 0, written.length + 1) !== `${written}.`) return signed
  return Buffer.concat([Buffer.from(writeObject(withHashedNonce(header))), signed.subarray(written.length)])
}

/** Compares the token's times with the clock, to the second and without tolerance: this server's clock issued it. */
export function judgeTime(claims: TokenClaims, now: number): Verdict {
  if (now >= claims.exp * SECOND)
    return { ...fault('expired', `It ended at ${instant(claims.exp)}; it is ${isoSeconds(now)}.`), claims }
  if (now < claims.nbf * SECOND) {
    return { ...fault('not-yet-valid', `It begins at ${instant(claims.nbf)}; it is ${isoSeconds(now)}.`), claims }
  }
  return { ok: true, claims }
}

const fault = (name: TokenFault, evidence: string): Fault => ({ ok: false, fault: name, evidence })

function isAccessToken(claims: object): claims is TokenClaims {
  const { iss, tid, exp, nbf, aud, appid, oid, wids } = claims as Partial<TokenClaims>
  return (
    [iss, aud].every(isText) &&
    [tid, appid, oid].every((id) => typeof id === 'string' && isGuid(id)) &&
    [exp, nbf].every(Number.isSafeInteger) &&
    isTexts(wids) &&
    (isOfApp(claims) || isOfPerson(claims))
  )
}

function isOfApp(claims: object): boolean {
  const { idtyp, roles = [] } = claims as Partial<AppTokenClaims>
  return idtyp === 'app' && isTexts(roles)
}

function isOfPerson(claims: object): boolean {
  const { idtyp, scp, upn, name } = claims as Partial<UserTokenClaims>
  return idtyp === 'user' && [scp, upn, name].every(isText)
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isTexts = (list: unknown): boolean => Array.isArray(list) && list.every(isText)

/** Makes untrusted text safe for a terminal: short, one line, printable ASCII. */
const shown = (value: unknown): string =>
  JSON.stringify(value ?? null)
    .slice(0, 100)
    .replaceAll(/[^ -~]/g, '?')

const instant = (seconds: number): string => isoSeconds(seconds * SECOND)
