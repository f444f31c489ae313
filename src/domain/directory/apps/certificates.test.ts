import 'reflect-metadata'
import { createHash, type webcrypto, X509Certificate } from 'node:crypto'
import { X509CertificateGenerator } from '@peculiar/x509'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../../../test/support/certificates.ts'
import { openDirectory } from '../../../../test/support/directory.ts'

const notBefore = new Date('2026-01-01T00:00:00Z')
const notAfter = new Date('2027-01-01T00:00:00Z')
const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]) }

async function certificate(
  algorithm: webcrypto.RsaHashedKeyGenParams | webcrypto.EcKeyGenParams,
  signing: webcrypto.Algorithm | webcrypto.EcdsaParams,
) {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const made = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=reader',
    notBefore,
    notAfter,
    keys,
    signingAlgorithm: signing,
  })
  return { der: new Uint8Array(made.rawData), pem: Buffer.from(made.toString('pem')) }
}

let one: { der: Uint8Array; pem: Uint8Array }
let other: { der: Uint8Array; pem: Uint8Array }

beforeAll(async () => {
  one = await certificate({ ...rsa, modulusLength: 2048 }, rsa)
  other = await certificate({ ...rsa, modulusLength: 2048 }, rsa)
})

describe('certificates', () => {
  it('are read from DER and from PEM alike', async () => {
    const { directory, tenant } = await openDirectory()
    for (const bytes of [one.der, one.pem]) {
      const app = await directory.apps.create(tenant.id, { displayName: 'Reader', certificates: [{ der: bytes }] })
      const [kept] = app.certificates
      expect(kept).toMatchObject({
        type: 'AsymmetricX509Cert',
        usage: 'Verify',
        sha1: createHash('sha1').update(one.der).digest('hex'),
        sha256: createHash('sha256').update(one.der).digest('hex'),
        starts: notBefore.getTime(),
        ends: notAfter.getTime(),
      })
      expect(new X509Certificate(kept!.der).subject).toBe('CN=reader')
    }
  })

  it('are replaced as a list, and one that stays keeps its keyId', async () => {
    const { directory, tenant } = await openDirectory()
    const app = await directory.apps.create(tenant.id, { displayName: 'Reader', certificates: [{ der: one.der }] })
    const both = await directory.apps.update(tenant.id, app.id, {
      certificates: [{ der: other.der, displayName: 'new' }, { der: one.der }, { der: one.pem }],
    })
    expect(both.certificates.map(({ displayName }) => displayName)).toEqual(['new', undefined])
    expect(both.certificates[1]!.keyId).toBe(app.certificates[0]!.keyId)
    const none = await directory.apps.update(tenant.id, app.id, { certificates: [] })
    expect(none.certificates).toEqual([])
  })

  it('stay when the app is changed in something else', async () => {
    const { directory, tenant } = await openDirectory()
    const app = await directory.apps.create(tenant.id, { displayName: 'Reader', certificates: [{ der: one.der }] })
    const renamed = await directory.apps.update(tenant.id, app.id, { displayName: 'Scanner' })
    expect(renamed).toEqual({ ...app, displayName: 'Scanner' })
  })

  it('of a short or another key are refused', async () => {
    const { directory, tenant } = await openDirectory()
    const short = await certificate({ ...rsa, modulusLength: 1024 }, rsa)
    const curve = { name: 'ECDSA', namedCurve: 'P-256' }
    const elliptic = await certificate(curve, { name: 'ECDSA', hash: 'SHA-256' })
    for (const { der } of [short, elliptic]) {
      await expect(
        directory.apps.create(tenant.id, { displayName: 'Reader', certificates: [{ der }] }),
      ).rejects.toMatchObject({ reason: 'bad-syntax', detail: { property: 'keyCredentials' } })
    }
  })

  it.each<[string, () => Uint8Array]>([
    ['nothing', () => new Uint8Array()],
    ['half a certificate', () => one.der.subarray(0, 200)],
    ['noise', () => new Uint8Array(500).fill(0x30)],
    ['something huge', () => new Uint8Array(1_000_000)],
    ['a private key', () => Buffer.from('-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n')],
  ])('are refused for %s', async (_, bytes) => {
    const { directory, tenant } = await openDirectory()
    await expect(
      directory.apps.create(tenant.id, { displayName: 'Reader', certificates: [{ der: bytes() }] }),
    ).rejects.toMatchObject({ reason: 'bad-syntax' })
    expect(await directory.apps.page(tenant.id, { limit: 100 })).toEqual([])
  })
})

it('one certificate more and one less, whatever else is done to the list at the same time', async () => {
  const open = await openDirectory()
  const { directory, tenant, world } = open
  const { id } = await directory.apps.create(tenant.id, { displayName: 'Reader' })
  const [first, second] = [await makeCertificate({ now: world.now() }), await makeCertificate({ now: world.now() })]
  const add = (der: Uint8Array, displayName: string) =>
    directory.apps.addCertificate(tenant.id, id, { der, displayName })
  const [one, two] = await Promise.all([add(first.der, 'first'), add(second.der, 'second')])
  const held = async () => (await directory.apps.find(tenant.id, { id }))!.certificates
  expect(await held()).toEqual([one, two])
  await expect(add(first.der, 'again')).rejects.toMatchObject({ reason: 'already-exists' })
  await directory.apps.removeCertificate(tenant.id, id, one.keyId.toUpperCase())
  expect(await held()).toEqual([two])
  await expect(directory.apps.removeCertificate(tenant.id, id, one.keyId)).rejects.toThrow(
    `No credentials found to be removed: '${one.keyId}'.`,
  )
  const [last] = await directory.audits.page(tenant.id, { limit: 1 })
  expect(last).toMatchObject({
    activity: 'Update application – Certificates and secrets management',
    changes: [{ property: 'KeyDescription', before: expect.stringContaining(one.keyId) }],
  })
})
