import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../test/support/certificates.ts'
import { temporaryDirectory } from '../../test/support/disk.ts'
import { entraDefaults } from '../../test/support/token-service.ts'
import { TestWorld } from '../../test/support/world.ts'
import { DAY } from '../core/time.ts'
import { authoritiesOf, serverTls } from './certificates.ts'

const names = ['localhost', '127.0.0.1', '::1']
let dir: string
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'postern-tls-'))
})
afterEach(() => rm(dir, { recursive: true }))

const local = (world: TestWorld, named = names) => serverTls({ dir, certificate: '', key: '', names: named, world })

describe('the server certificate', () => {
  it('comes from a local authority and names what it serves', async () => {
    const tls = await local(new TestWorld())
    const certificate = new X509Certificate(tls.certificate)
    const authority = new X509Certificate(await readFile(tls.caFile))
    expect(certificate.verify(authority.publicKey)).toBe(true)
    expect(certificate.checkIssued(authority)).toBe(true)
    expect(authority.ca).toBe(true)
    expect(certificate.checkHost('localhost')).toBe('localhost')
    expect([certificate.checkIP('127.0.0.1'), certificate.checkIP('::1')]).toEqual(['127.0.0.1', '::1'])
    expect(path.isAbsolute(tls.caFile)).toBe(true)
    expect((await stat(path.join(dir, 'tls', 'server.key'))).mode & 0o777).toBe(0o600)
  })

  it('stays the same from start to start', async () => {
    const world = new TestWorld()
    const first = await local(world)
    world.advance(300 * DAY)
    expect((await local(world)).certificate).toBe(first.certificate)
  })

  it('is made again under the same authority when a name is added or the end is near', async () => {
    const world = new TestWorld()
    const first = await local(world)
    const authority = await readFile(first.caFile, 'utf8')
    const named = await local(world, ['mail.example.test', ...names])
    expect(new X509Certificate(named.certificate).checkHost('mail.example.test')).toBe('mail.example.test')
    world.advance(380 * DAY)
    expect((await local(world)).certificate).not.toBe(named.certificate)
    expect(await readFile(first.caFile, 'utf8')).toBe(authority)
  })

  it('may be one’s own', async () => {
    const made = await local(new TestWorld())
    const own = { certificate: path.join(dir, 'tls', 'server.pem'), key: path.join(dir, 'tls', 'server.key') }
    const tls = await serverTls({ dir: path.join(dir, 'other'), ...own, names, world: new TestWorld() })
    expect(tls.certificate).toBe(made.certificate)
    expect(tls.caFile).toBe(own.certificate)
  })

  it.each([
    ['a.pem', '', /must be set together/],
    ['none.pem', 'none.key', /tls\.certificate is 'none\.pem', which cannot be read/],
  ])('stops the start when the settings are wrong: %s, %s', async (certificate, key, sentence) => {
    await expect(serverTls({ dir, certificate, key, names, world: new TestWorld() })).rejects.toThrow(sentence)
  })
})

const now = Date.UTC(2026, 10, 24, 8)

it('the authorities of a bundle are read, with what stands between them', async () => {
  const file = path.join(temporaryDirectory(), 'bundle.pem')
  const [one, other] = [await makeCertificate({ now }), await makeCertificate({ now })]
  await writeFile(file, `# the first\n${one.pem}\n# the second\n${other.pem}\n`)
  const read = await authoritiesOf({
    ...entraDefaults,
    trusted_certificate_authorities_file: file,
    federation_ca_file: file,
  })
  expect(read.clients.map(({ raw }) => raw)).toEqual([one.der, other.der])
  expect(read.issuers?.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
})

it('nobody is trusted where no file is named', async () => {
  expect(await authoritiesOf(entraDefaults)).toEqual({ clients: [], issuers: undefined })
})

it('a file that is not there, or holds no certificate, stops the start with the name of its setting', async () => {
  const file = path.join(temporaryDirectory(), 'bundle.pem')
  const settings = { ...entraDefaults, federation_ca_file: file }
  await expect(authoritiesOf(settings)).rejects.toThrow(/^entra.federation_ca_file is .* cannot be read/)
  await writeFile(file, 'hello')
  await expect(authoritiesOf(settings)).rejects.toThrow(/holds no certificate/)
  await writeFile(file, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
  await expect(authoritiesOf(settings)).rejects.toThrow(/whose certificate 1 cannot be read/)
})
