import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type IssuedCertificate, issueCertificate } from '../../../../test/support/certificates.ts'
import { DAY } from '../../../core/time.ts'
import { trustedPath } from './certificate-path.ts'

const now = Date.UTC(2026, 10, 24, 8)

let root: IssuedCertificate
let middle: IssuedCertificate
let leaf: IssuedCertificate
beforeAll(async () => {
  root = await issueCertificate({ name: 'CN=The root', now, authority: true })
  middle = await issueCertificate({ name: 'CN=Between, O=Contoso', now, authority: true, pathLength: 0 }, root)
  leaf = await issueCertificate({ name: 'CN=fetcher.contoso.test', now, dnsNames: ['mail.contoso.test'] }, middle)
})

/** Returns the result with the certificate's octets: Node's objects differ by which properties were read. */
function walk(path: readonly IssuedCertificate[], authorities = [root], at = now) {
  const ders = path.map(({ der }) => der)
  const found = trustedPath(
    ders,
    authorities.map(({ certificate }) => certificate),
    at,
  )
  return typeof found === 'string' ? found : { ...found, leaf: found.leaf.raw }
}

describe('a path of certificates is trusted', () => {
  it('up to an authority, and tells the names at both ends', () => {
    expect(walk([leaf, middle])).toEqual({
      leaf: leaf.der,
      subjectNames: ['fetcher.contoso.test', 'CN=fetcher.contoso.test', 'mail.contoso.test'],
      issuerNames: ['Between', 'CN=Between, O=Contoso', 'The root', 'CN=The root'],
    })
  })

  it('with the authority itself at its end, which adds nothing', () => {
    expect(walk([leaf, middle, root])).toEqual(walk([leaf, middle]))
  })

  it('from an authority in the middle, where that is the one that is trusted', () => {
    expect(walk([leaf], [middle])).toMatchObject({ issuerNames: ['Between', 'CN=Between, O=Contoso'] })
  })

  it('where one of several authorities of the same name issued it', async () => {
    const twin = await issueCertificate({ name: 'CN=The root', now, authority: true })
    expect(walk([leaf, middle], [twin, root])).toHaveProperty('leaf')
  })
})

describe('a path of certificates is not trusted', () => {
  it.each<[string, () => Promise<readonly IssuedCertificate[]> | readonly IssuedCertificate[], string]>([
    ['without any', () => [], 'It has 0 certificates.'],
    ['with more than are walked', () => Array.from({ length: 6 }, () => leaf), 'It has 6 certificates.'],
    ['that stops short of an authority', () => [leaf], 'No authority that is trusted issued it.'],
    ['in another order', () => [leaf, root, middle], 'A certificate was not issued by the one after it.'],
    [
      'from another authority of the same name',
      async () => {
        const forged = await issueCertificate({ name: 'CN=The root', now, authority: true })
        return [await issueCertificate({ name: 'CN=fetcher.contoso.test', now }, forged)]
      },
      'No authority that is trusted issued it.',
    ],
    [
      'that brings its own authority along',
      async () => {
        const forged = await issueCertificate({ name: 'CN=The root', now, authority: true })
        return [await issueCertificate({ name: 'CN=fetcher.contoso.test', now }, forged), forged]
      },
      'No authority that is trusted issued it.',
    ],
    [
      'under a certificate that is no authority',
      async () => [await issueCertificate({ name: 'CN=below', now }, leaf), leaf, middle],
      'A certificate was not issued by the one after it.',
    ],
    [
      'under one that calls itself no authority and may sign certificates',
      async () => {
        const client = await issueCertificate({ name: 'CN=client', now, usages: x509.KeyUsageFlags.keyCertSign }, root)
        return [await issueCertificate({ name: 'CN=below', now }, client), client]
      },
      '',
    ],
    [
      'under an authority that may not sign certificates',
      async () => {
        const idle = await issueCertificate(
          { name: 'CN=idle', now, authority: true, usages: x509.KeyUsageFlags.cRLSign },
          root,
        )
        return [await issueCertificate({ name: 'CN=below', now }, idle), idle]
      },
      '',
    ],
    [
      'under more authorities than the one above allows',
      async () => {
        const lower = await issueCertificate({ name: 'CN=lower', now, authority: true }, middle)
        return [await issueCertificate({ name: 'CN=below', now }, lower), lower, middle]
      },
      'CN=Between\nO=Contoso may not stand so far above a client.',
    ],
    [
      'that is over',
      async () => [await issueCertificate({ name: 'CN=old', now, ends: now - 1 }, middle), middle],
      'The certificate of CN=old is expired.',
    ],
    [
      'that has not begun',
      async () => [await issueCertificate({ name: 'CN=young', now, starts: now + DAY }, middle), middle],
      'The certificate of CN=young is not valid yet.',
    ],
    [
      'whose authority in the middle is over',
      async () => {
        const old = await issueCertificate({ name: 'CN=old', now, authority: true, ends: now - 1 }, root)
        return [await issueCertificate({ name: 'CN=below', now }, old), old]
      },
      'The certificate of CN=old is expired.',
    ],
    [
      'with a critical extension that is not understood, such as name constraints',
      async () => {
        const extensions = [new x509.Extension('2.5.29.30', true, Uint8Array.of(0x30, 0))]
        const narrow = await issueCertificate({ name: 'CN=narrow', now, authority: true, extensions }, root)
        return [await issueCertificate({ name: 'CN=below', now }, narrow), narrow]
      },
      'The certificate of CN=narrow has the critical extension 2.5.29.30.',
    ],
  ])('%s', async (_, make, why) => {
    const found = walk(await make())
    expect(found).toBeTypeOf('string')
    if (why !== '') expect(found).toBe(why)
  })

  it('whose authority is over', () => {
    expect(walk([leaf, middle], [root], now + 366 * DAY)).toContain('is expired')
  })

  it('whose signature was changed', () => {
    const forged = Buffer.from(leaf.der)
    forged[forged.length - 1]! ^= 1
    expect(trustedPath([forged, middle.der], [root.certificate], now)).toBe(
      'A certificate was not issued by the one after it.',
    )
  })

  it('once any bit of it was changed', () => {
    const place = fc.tuple(fc.nat(1), fc.nat(), fc.nat(7))
    fc.assert(
      fc.property(place, ([which, at, bit]) => {
        const path = [Buffer.from(leaf.der), Buffer.from(middle.der)]
        const changed = path[which]!
        changed[at % changed.length]! ^= 1 << bit
        expect(trustedPath(path, [root.certificate], now)).toBeTypeOf('string')
      }),
      { numRuns: 300 },
    )
  })

  it('whatever stands in its place', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 7 }), (path) => {
        const found = trustedPath(
          path.map((bytes) => Buffer.from(bytes)),
          [root.certificate],
          now,
        )
        expect(found).toBeTypeOf('string')
      }),
    )
  })

  it('that cannot be read', () => {
    expect(trustedPath([Buffer.from('hello')], [root.certificate], now)).toBe(
      'It has a certificate that cannot be read.',
    )
  })
})
