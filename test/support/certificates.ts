import 'reflect-metadata'
import { hash, KeyObject, webcrypto, X509Certificate } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { X509CertificateGenerator } from '@peculiar/x509'
import { DAY } from '../../src/core/time.ts'

/** A self-signed certificate and its key. */
export interface TestCertificate {
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
): Promise<TestCertificate> {
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

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
}

/** A certificate whose key can sign others. */
export interface IssuedCertificate extends TestCertificate {
  readonly certificate: X509Certificate
  readonly keys: webcrypto.CryptoKeyPair
}

interface CertificateRequest {
  readonly name: string
  readonly now: number
  readonly starts?: number
  readonly ends?: number
  /** Whether it may sign certificates, and how many authorities may stand below it. */
  readonly authority?: boolean
  readonly pathLength?: number
  readonly usages?: x509.KeyUsageFlags
  readonly dnsNames?: readonly string[]
  readonly extensions?: readonly x509.Extension[]
}

/** A certificate that `issuer` signed, or that signed itself. */
export async function issueCertificate(
  wanted: CertificateRequest,
  issuer?: IssuedCertificate,
): Promise<IssuedCertificate> {
  const { name, now, starts = now - DAY, ends = now + 365 * DAY, authority = false } = wanted
  const keys = await webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify'])
  const made = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8)))
      .toString('hex')
      .replace(/^./, '1'),
    subject: name,
    issuer: issuer ? new x509.X509Certificate(issuer.der).subject : name,
    notBefore: new Date(starts),
    notAfter: new Date(ends),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: RSA,
    extensions: [
      new x509.BasicConstraintsExtension(authority, wanted.pathLength, true),
      new x509.KeyUsagesExtension(
        wanted.usages ?? (authority ? x509.KeyUsageFlags.keyCertSign : x509.KeyUsageFlags.digitalSignature),
        true,
      ),
      ...(wanted.dnsNames
        ? [new x509.SubjectAlternativeNameExtension(wanted.dnsNames.map((value) => ({ type: 'dns', value })))]
        : []),
      ...(wanted.extensions ?? []),
    ],
  })
  const der = Buffer.from(made.rawData)
  const privateKey = KeyObject.from(keys.privateKey)
  return {
    der,
    pem: made.toString('pem'),
    privateKey,
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    sha1: hash('sha1', der, 'buffer'),
    sha256: hash('sha256', der, 'buffer'),
    certificate: new X509Certificate(der),
    keys,
  }
}
