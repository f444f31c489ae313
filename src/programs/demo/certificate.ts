import 'reflect-metadata'
import { createHash, webcrypto } from 'node:crypto'
import path from 'node:path'
import * as x509 from '@peculiar/x509'
import { DAY, MINUTE } from '../../core/time.ts'
import { replacePrivateFile } from '../../core/private-files.ts'

/** A self-signed certificate for a program, and its key, in `folder`. */
export async function makeCertificate(folder: string) {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2048,
  }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Mail fetcher',
    notBefore: new Date(Date.now() - MINUTE),
    notAfter: new Date(Date.now() + 90 * DAY),
    signingAlgorithm: algorithm,
    keys,
  })
  const certificateFile = path.join(folder, 'app.pem')
  const keyFile = path.join(folder, 'app.key')
  await replacePrivateFile(certificateFile, made.toString('pem'))
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  await replacePrivateFile(keyFile, x509.PemConverter.encode(key, 'PRIVATE KEY'))
  const der = Buffer.from(made.rawData)
  return {
    certificateFile,
    keyFile,
    base64: der.toString('base64'),
    thumbprint: createHash('sha256').update(der).digest('hex').toUpperCase(),
  }
}
