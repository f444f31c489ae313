import { constants, verify, X509Certificate } from 'node:crypto'
import { type Jws, readJws } from '../../codecs/jwt/compact.ts'
import type { App, AppCertificate } from '../../domain/directory/types.ts'
import { refuse } from '../../core/refusal.ts'

/** What a proof is for: the directory itself, by its old name. */
const AUDIENCE = '00000002-0000-0000-c000-000000000000'
/** Seconds between `nbf` and `exp`. */
const LONGEST_LIFE = 600
/** Seconds that clocks may differ. */
const SKEW = 300

/** By `alg`. A list of what is taken, so that `none` and HMAC with a public key are nothing. */
const paddings: Readonly<Record<string, { padding: number; saltLength?: number }>> = {
  RS256: { padding: constants.RSA_PKCS1_PADDING },
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
}

/**
 * Holds a proof that someone has the key of one of the app's certificates: a JWT, signed with it, for the directory, from
 * the app, for ten minutes at most (contract/identity §10.1; Graph's "proof of possession tokens for rolling keys").
 */
export function checkProof(app: App, proof: string, now: number): void {
  const jws = readJws(proof) ?? refuseProof('It is not a signed token in compact form.')
  checkClaims(jws, app, now / 1000)
  const valid = app.certificates.filter(({ starts, ends }) => starts <= now && now < ends)
  if (!valid.some((certificate) => isSignedBy(jws, certificate))) {
    refuseProof('It is not signed with the key of a valid certificate of the application.')
  }
}

function checkClaims({ claims }: Jws, app: App, now: number): void {
  const { aud, iss, nbf, exp, iat } = claims
  if (aud !== AUDIENCE) refuseProof(`The audience has to be ${AUDIENCE}.`)
  if (typeof iss !== 'string' || ![app.id, app.appId].some((id) => id === iss.toLowerCase())) {
    refuseProof('The issuer has to be the application.')
  }
  const starts = nbf ?? iat
  if (typeof starts !== 'number' || typeof exp !== 'number' || exp - starts > LONGEST_LIFE) {
    refuseProof('Its lifetime has to be 10 minutes at most.')
  } else if (now >= exp + SKEW || now < starts - SKEW) {
    refuseProof('It has expired, or is not valid yet.')
  }
}

function isSignedBy({ header, signed, signature }: Jws, certificate: AppCertificate): boolean {
  const { alg, crit } = header
  const padding = typeof alg === 'string' && Object.hasOwn(paddings, alg) ? paddings[alg] : undefined
  if (!padding || crit !== undefined) return false
  const key = new X509Certificate(certificate.der).publicKey
  return verify('sha256', signed, { key, ...padding }, signature)
}

const refuseProof = (why: string): never =>
  refuse('not-signed-in', `The proof of possession is not valid. ${why}`, {
    graph: 'Authentication_MissingOrMalformed',
  })
