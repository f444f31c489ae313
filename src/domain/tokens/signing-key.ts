import 'reflect-metadata'
import { createPrivateKey, hash, type KeyObject, webcrypto, X509Certificate } from 'node:crypto'
import { X509CertificateGenerator } from '@peculiar/x509'
import { DAY } from '../../core/time.ts'
import type { World } from '../../core/world.ts'
import type { Life } from './schedule.ts'
import { isEncryptedKey } from './sealing.ts'
import type { PublicKey } from './types.ts'

/** Two years. */
const LIFE = 730 * DAY

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
}

/** A stored key. */
export interface StoredKey extends Life {
  readonly kid: string
  /** DER. */
  readonly certificate: Uint8Array
  /** PKCS#8 PEM, or its encrypted form. */
  readonly privateKey: string
  readonly created: number
}

/** A key in memory. */
export interface SigningKey extends Life {
  readonly kid: string
  readonly created: number
  /** True if it is stored encrypted. */
  readonly encrypted: boolean
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly published: PublicKey
}

/** Makes an RSA-2048 key with a self-signed certificate. */
export async function makeKey(world: World): Promise<Omit<StoredKey, keyof Life> & Pick<Life, 'expires'>> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const created = world.now()
  const expires = created + LIFE
  const certificate = await X509CertificateGenerator.createSelfSigned({
    // RFC 5280 §4.1.2.2: positive, and at most 20 octets.
    serialNumber: `01${Buffer.from(world.bytes(15)).toString('hex')}`,
    name: 'CN=Postern token signing',
    notBefore: new Date(created - DAY),
    notAfter: new Date(expires),
    signingAlgorithm: algorithm,
    keys,
  })
  const der = new Uint8Array(certificate.rawData)
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  return {
    // docs/reference/identity.md §1.5: `kid` and `x5t` are equal.
    kid: hash('sha1', der, 'base64url'),
    certificate: der,
    privateKey: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
      .export({ format: 'pem', type: 'pkcs8' })
      .toString(),
    created,
    expires,
  }
}

/** Prepares a stored key for use. `pem` is its private key in clear. */
export function useKey({ certificate, ...kept }: StoredKey, pem: string): SigningKey {
  const { publicKey } = new X509Certificate(certificate)
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const x5c = [Buffer.from(certificate).toString('base64')]
  const { kid } = kept
  return {
    ...kept,
    encrypted: isEncryptedKey(kept.privateKey),
    privateKey: createPrivateKey(pem),
    publicKey,
    published: { kty: 'RSA', use: 'sig', kid, x5t: kid, n, e, x5c },
  }
}
