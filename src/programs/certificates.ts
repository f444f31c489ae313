import 'reflect-metadata'
import { createPrivateKey, createPublicKey, webcrypto, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import path from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import * as x509 from '@peculiar/x509'
import { makePrivateDirectory, replacePrivateFile } from '../core/private-files.ts'
import { refuse } from '../core/refusal.ts'
import { DAY } from '../core/time.ts'
import type { World } from '../core/world.ts'
import { covers } from './host-names.ts'
import type { Settings } from './settings.ts'

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

/** A PEM certificate and its PEM key. */
export interface KeyPair {
  readonly certificate: string
  readonly key: string
}

/** Where the local authority and the key of the server are stored. */
export interface CertificateStore {
  authority(): Promise<KeyPair | undefined>
  /** Stores an authority, unless another node did so first. Returns the stored one. */
  keepAuthority(made: KeyPair): Promise<KeyPair>
  serverKey(): Promise<string | undefined>
  /** Stores a key, unless another node did so first. Returns the stored one. */
  keepServerKey(made: string): Promise<string>
}

interface LocalTls {
  /** The data directory. */
  readonly dir: string
  readonly names: readonly string[]
  readonly world: World
  /** The store of the authority and the server key; by default the files in `dir`. */
  readonly store?: CertificateStore | undefined
}

/** The certificate and key that the settings name, or those of the local authority, created if missing. */
export async function serverTls(options: LocalTls & { certificate: string; key: string }): Promise<ServerTls> {
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

async function localTls({ dir, names, world, store }: LocalTls): Promise<ServerTls> {
  const folder = path.resolve(dir, 'tls')
  await makePrivateDirectory(folder).catch(cannotBeWritten)
  const kept = store ?? localCertificates(dir)
  const authority = (await kept.authority()) ?? (await kept.keepAuthority(await makeAuthority(world)))
  // Clients trust this file, also if the authority is stored elsewhere.
  if (store) await writeIfOther(caFile(folder), authority.certificate)
  const key = (await kept.serverKey()) ?? (await kept.keepServerKey(await pemOf((await newKeys()).privateKey)))
  const file = path.join(folder, 'server.pem')
  const found = await read(file)
  const serves = found !== undefined && isUsable(found, { authority, key, names, world })
  const certificate = serves ? found : await makeLeaf(authority, key, names, world)
  if (!serves) await write(file, certificate)
  const context = createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' })
  return { certificate, key, context, caFile: caFile(folder) }
}

const caFile = (folder: string): string => path.join(folder, 'ca.pem')

/** The authority and the key of one node, in files of its data directory. */
export function localCertificates(dir: string): CertificateStore {
  const folder = path.resolve(dir, 'tls')
  const caKey = path.join(folder, 'ca.key')
  const serverKey = path.join(folder, 'server.key')
  return {
    async authority() {
      const [certificate, key] = [await read(caFile(folder)), await read(caKey)]
      return certificate === undefined || key === undefined ? undefined : { certificate, key }
    },
    async keepAuthority(made) {
      await write(caKey, made.key)
      await write(caFile(folder), made.certificate)
      return made
    },
    serverKey: () => read(serverKey),
    async keepServerKey(made) {
      await write(serverKey, made)
      return made
    },
  }
}

const read = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((thrown: NodeJS.ErrnoException) =>
    thrown.code === 'ENOENT'
      ? undefined
      : refuse('not-allowed', `The server's certificate cannot be read: ${thrown.message}`),
  )

const write = (file: string, content: string): Promise<void> => replacePrivateFile(file, content).catch(cannotBeWritten)

async function writeIfOther(file: string, content: string): Promise<void> {
  if ((await read(file)) !== content) await write(file, content)
}

/**
 * Whether a certificate of this authority belongs to the key, covers all names, and is valid for another thirty days.
 */
function isUsable(
  certificate: string,
  { authority, key, names, world }: Pick<LocalTls, 'names' | 'world'> & { authority: KeyPair; key: string },
): boolean {
  const found = new X509Certificate(certificate)
  return (
    Date.parse(found.validTo) > world.now() + 30 * DAY &&
    names.every((name) => covers(found, name)) &&
    found.checkPrivateKey(createPrivateKey(key)) &&
    found.verify(new X509Certificate(authority.certificate).publicKey)
  )
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])

async function makeAuthority(world: World): Promise<KeyPair> {
  const keys = await newKeys()
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
  return { certificate: textOf(made), key: await pemOf(keys.privateKey) }
}

async function makeLeaf(authority: KeyPair, key: string, names: readonly string[], world: World): Promise<string> {
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  const publicKey = await webcrypto.subtle.importKey('spki', spki, ALGORITHM, true, ['verify'])
  const issuer = new x509.X509Certificate(authority.certificate)
  const made = await x509.X509CertificateGenerator.create({
    serialNumber: `00${Buffer.from(world.bytes(8)).toString('hex')}`,
    subject: `CN=${names[0]}`,
    issuer: issuer.subject,
    notBefore: new Date(world.now() - DAY),
    notAfter: new Date(world.now() + 397 * DAY),
    signingAlgorithm: ALGORITHM,
    publicKey,
    signingKey: await privateKeyOf(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((name) => ({ type: isIP(name) ? 'ip' : 'dns', value: name }))),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  })
  return textOf(made)
}

const textOf = (made: x509.X509Certificate): string => `${made.toString('pem').trim()}\n`

const cannotBeWritten = (thrown: Error): never =>
  refuse('not-allowed', `The server's certificate cannot be written: ${thrown.message}`)

const pemOf = async (key: webcrypto.CryptoKey): Promise<string> =>
  `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`

const privateKeyOf = (pem: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign'])

/** The certificate authorities that the settings name. */
export interface Authorities {
  /** Authorities of client certificates, for apps that trust a name (trustedSubjectNameAndIssuers). */
  readonly clients: readonly X509Certificate[]
  /** PEM of authorities for the HTTPS of outside issuers, in addition to those that Node trusts. */
  readonly issuers: string | undefined
}

/** Reads the files that the settings name. Refuses a missing file, and a file without a readable certificate. */
export async function authoritiesOf(settings: Settings['entra']): Promise<Authorities> {
  const clients = await bundle(
    'entra.trusted_certificate_authorities_file',
    settings.trusted_certificate_authorities_file,
  )
  const issuers = await bundle('entra.federation_ca_file', settings.federation_ca_file)
  return { clients, issuers: issuers.length > 0 ? issuers.map(String).join('') : undefined }
}

async function bundle(name: string, file: string): Promise<readonly X509Certificate[]> {
  if (file === '') return []
  const pem = await readFile(file, 'utf8').catch((thrown: Error) =>
    refuse('no-such-thing', `${name} is '${file}', which cannot be read: ${thrown.message}`),
  )
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) refuse('bad-syntax', `${name} is '${file}', which holds no certificate; expected PEM`)
  return blocks.map((block, place) => {
    try {
      return new X509Certificate(block)
    } catch (thrown) {
      return refuse(
        'bad-syntax',
        `${name} is '${file}', whose certificate ${place + 1} cannot be read: ${(thrown as Error).message}`,
      )
    }
  })
}
