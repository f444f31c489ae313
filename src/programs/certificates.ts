import 'reflect-metadata'
import { webcrypto, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import path from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import * as x509 from '@peculiar/x509'
import { DAY } from '../core/time.ts'
import { makePrivateDirectory, replacePrivateFile } from '../core/private-files.ts'
import { refuse } from '../core/refusal.ts'
import type { World } from '../core/world.ts'
import { covers } from './host-names.ts'

/** ECDSA on P-256: a handshake is much cheaper than with RSA, and every client of the last ten years supports it. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** The certificate that the listeners present, and the file that makes a client trust it. */
export interface ServerTls {
  readonly key: string
  readonly certificate: string
  readonly context: SecureContext
  /** Absolute path of a PEM file with the authority, or the configured certificate itself. */
  readonly caFile: string
}

/** The certificate and key that the settings name, or those of the local authority in `dir`, created if missing. */
export async function serverTls(options: {
  dir: string
  certificate: string
  key: string
  names: readonly string[]
  world: World
}): Promise<ServerTls> {
  const { certificate, key } = options
  if ((certificate === '') !== (key === '')) {
    refuse('bad-syntax', 'tls.certificate and tls.key must be set together: one of them is not set')
  }
  return certificate === '' ? localTls(options) : configuredTls(certificate, key)
}

async function configuredTls(certificateFile: string, keyFile: string): Promise<ServerTls> {
  const certificate = await readSetting('tls.certificate', certificateFile)
  const key = await readSetting('tls.key', keyFile)
  try {
    const context = createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' })
    return { key, certificate, context, caFile: path.resolve(certificateFile) }
  } catch (thrown) {
    return refuse('bad-syntax', `tls.certificate and tls.key cannot be used: ${(thrown as Error).message}`)
  }
}

const readSetting = async (name: string, file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (thrown) {
    return refuse('no-such-thing', `${name} is '${file}', which cannot be read: ${(thrown as Error).message}`)
  }
}

async function localTls({
  dir,
  names,
  world,
}: {
  dir: string
  names: readonly string[]
  world: World
}): Promise<ServerTls> {
  const folder = path.resolve(dir, 'tls')
  await makePrivateDirectory(folder).catch(cannotBeWritten)
  const file = (name: string) => path.join(folder, name)
  const authority = (await readPair(file('ca.pem'), file('ca.key'))) ?? (await makeAuthority(folder, world))
  const kept = await readPair(file('server.pem'), file('server.key'))
  const pair = kept && serves(kept.certificate, names, world) ? kept : await makeLeaf(folder, authority, names, world)
  const context = createSecureContext({ cert: pair.certificate, key: pair.key, minVersion: 'TLSv1.2' })
  return { ...pair, context, caFile: file('ca.pem') }
}

interface Pair {
  readonly certificate: string
  readonly key: string
}

async function readPair(certificateFile: string, keyFile: string): Promise<Pair | undefined> {
  try {
    return { certificate: await readFile(certificateFile, 'utf8'), key: await readFile(keyFile, 'utf8') }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    return refuse('not-allowed', `The server's certificate cannot be read: ${(thrown as Error).message}`)
  }
}

/** Whether a certificate covers all names and is valid for another thirty days. */
function serves(certificate: string, names: readonly string[], world: World): boolean {
  const read = new X509Certificate(certificate)
  return Date.parse(read.validTo) > world.now() + 30 * DAY && names.every((name) => covers(read, name))
}

async function makeAuthority(folder: string, world: World): Promise<Pair> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const serial = Buffer.from(world.bytes(8)).toString('hex')
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: `00${serial}`,
    name: `CN=Postern local authority ${serial.slice(0, 8)}`,
    notBefore: new Date(world.now() - DAY),
    notAfter: new Date(world.now() + 3650 * DAY),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return keep(folder, 'ca', { certificate: made.toString('pem'), key: await pemOf(keys.privateKey) })
}

async function makeLeaf(folder: string, authority: Pair, names: readonly string[], world: World): Promise<Pair> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const issuer = new x509.X509Certificate(authority.certificate)
  const made = await x509.X509CertificateGenerator.create({
    serialNumber: `00${Buffer.from(world.bytes(8)).toString('hex')}`,
    subject: `CN=${names[0]}`,
    issuer: issuer.subject,
    notBefore: new Date(world.now() - DAY),
    notAfter: new Date(world.now() + 397 * DAY),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await privateKeyOf(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((name) => ({ type: isIP(name) ? 'ip' : 'dns', value: name }))),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  })
  return keep(folder, 'server', { certificate: made.toString('pem'), key: await pemOf(keys.privateKey) })
}

async function keep(folder: string, name: string, pair: Pair): Promise<Pair> {
  const certificate = `${pair.certificate.trim()}\n`
  await replacePrivateFile(path.join(folder, `${name}.key`), pair.key).catch(cannotBeWritten)
  await replacePrivateFile(path.join(folder, `${name}.pem`), certificate).catch(cannotBeWritten)
  return { certificate, key: pair.key }
}

const cannotBeWritten = (thrown: Error): never =>
  refuse('not-allowed', `The server's certificate cannot be written: ${thrown.message}`)

const pemOf = async (key: webcrypto.CryptoKey): Promise<string> =>
  `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`

const privateKeyOf = (pem: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign'])
