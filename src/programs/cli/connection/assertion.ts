import { constants, createHash, createPrivateKey, sign, X509Certificate } from 'node:crypto'
import type { World } from '../../../core/world.ts'
import { seconds } from '../../../core/world.ts'
import { wrongUsage } from '../failure.ts'

const LIFETIME = 600

/** contract/identity §2.2: a JWT that proves the possession of a certificate's key. */
export function clientAssertion(
  world: World,
  { clientId, audience, certificate, key }: { clientId: string; audience: string; certificate: string; key: string },
): string {
  const der = certificateFrom(certificate).raw
  const header = { alg: 'PS256', typ: 'JWT', 'x5t#S256': createHash('sha256').update(der).digest('base64url') }
  const now = seconds(world.now())
  const claims = {
    aud: audience,
    iss: clientId,
    sub: clientId,
    jti: world.guid(),
    nbf: now,
    iat: now,
    exp: now + LIFETIME,
  }
  const signed = `${encoded(header)}.${encoded(claims)}`
  // RFC 7518 §3.5
  const signature = sign('sha256', Buffer.from(signed), {
    key: keyFrom(key),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  })
  return `${signed}.${signature.toString('base64url')}`
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function certificateFrom(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    return wrongUsage('The certificate is no PEM of an X.509 certificate.')
  }
}

function keyFrom(pem: string) {
  let key
  try {
    key = createPrivateKey(pem)
  } catch {
    return wrongUsage('The key is no PEM of a private key without a passphrase.')
  }
  return key.asymmetricKeyType === 'rsa' ? key : wrongUsage('The key has to be an RSA key.')
}
