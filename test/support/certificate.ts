import 'reflect-metadata'
import { hash, KeyObject, webcrypto } from 'node:crypto'
import { X509CertificateGenerator } from '@peculiar/x509'
import { DAY } from '../../src/core/time.ts'

/** A self-signed certificate and its key. */
export interface Certified {
  readonly der: Buffer
  readonly pem: string
  readonly privateKey: KeyObject
  readonly privatePem: string
  /** Thumbprints of the DER. */
  readonly sha1: Buffer
  readonly sha256: Buffer
}

/** A certificate as an administrator would upload it; times in milliseconds. */
export async function makeCertificate(
  options: { starts?: number; ends?: number; now: number } & { bits?: number },
): Promise<Certified> {
  const { now, starts = now - DAY, ends = now + 365 * DAY, bits = 2048 } = options
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: bits,
    publicExponent: Uint8Array.of(1, 0, 1),
  }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=A program',
    notBefore: new Date(starts),
    notAfter: new Date(ends),
    signingAlgorithm: algorithm,
    keys,
  })
  const der = Buffer.from(certificate.rawData)
  const privateKey = KeyObject.from(keys.privateKey)
  return {
    der,
    pem: certificate.toString('pem'),
    privateKey,
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    sha1: hash('sha1', der, 'buffer'),
    sha256: hash('sha256', der, 'buffer'),
  }
}
