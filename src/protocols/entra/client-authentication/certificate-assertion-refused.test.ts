import { createPublicKey } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { type TestCertificate, makeCertificate } from '../../../../test/support/certificates.ts'
import { type Json, openSigningClient, type SigningClient } from '../../../../test/support/client-assertions.ts'
import { BASE, EXCHANGE } from '../../../../test/support/access.ts'
import { DAY } from '../../../core/time.ts'

const START = Date.UTC(2026, 10, 24, 8)
const NOW = START / 1000

let certified: TestCertificate
let stranger: TestCertificate
beforeAll(async () => {
  certified = await makeCertificate({ now: START })
  stranger = await makeCertificate({ now: START })
})

describe('a certificate assertion is refused', () => {
  it.each<[number, string, (signed: SigningClient) => string]>([
    [
      700027,
      'of a certificate that is not registered',
      ({ assertion }) => assertion({ header: { x5t: stranger.sha1.toString('base64url') }, key: stranger.privateKey }),
    ],
    [700027, 'signed by another key', ({ assertion }) => assertion({ key: stranger.privateKey })],
    [
      700027,
      'signed by a key that its own header brings along, or says where to find',
      ({ assertion }) =>
        assertion({
          header: {
            x5t: certified.sha1.toString('base64url'),
            jwk: createPublicKey(stranger.privateKey).export({ format: 'jwk' }),
            jku: 'https://evil.test/jwks',
            x5u: 'https://evil.test/certificate',
            x5c: [stranger.der.toString('base64')],
          },
          key: stranger.privateKey,
        }),
    ],
    [
      700027,
      'signed with one algorithm under the name of the other',
      ({ assertion }) => forged(assertion({ alg: 'PS256' }), { alg: 'RS256' }),
    ],
    [700027, 'whose claims were changed', ({ assertion }) => changed(assertion(), { exp: NOW + 10_000 })],
    [
      700027,
      'with two thumbprints of different certificates',
      ({ assertion }) =>
        assertion({
          header: { x5t: certified.sha1.toString('base64url'), 'x5t#S256': stranger.sha256.toString('base64url') },
        }),
    ],
    [50027, 'without a thumbprint', ({ assertion }) => assertion({ header: { kid: undefined } })],
    [50027, 'with a thumbprint of another length', ({ assertion }) => assertion({ header: { x5t: 'AAAA' } })],
    [50027, 'with alg none', ({ assertion }) => forged(assertion(), { alg: 'none' })],
    [50027, 'with alg HS256', ({ assertion }) => forged(assertion(), { alg: 'HS256' })],
    [50027, 'with an alg that every object has', ({ assertion }) => forged(assertion(), { alg: 'constructor' })],
    [50027, 'with an alg that is no text', ({ assertion }) => forged(assertion(), { alg: ['RS256'] })],
    [
      50027,
      'with crit',
      ({ assertion }) =>
        assertion({ header: { x5t: certified.sha1.toString('base64url'), crit: ['b64'], b64: false } }),
    ],
    [50027, 'that is no JWT', () => 'hello'],
    [50027, 'with claims that are no object', ({ assertion }) => assertion().replace(/\.[^.]+\./, '.W10.')],
    [
      50027,
      'nested without end',
      ({ assertion }) => assertion().replace(/^[^.]+/, Buffer.from('['.repeat(20_000)).toString('base64url')),
    ],
    [50027, 'without exp', ({ assertion }) => assertion({ claims: { exp: undefined } })],
    [50027, 'with exp as text', ({ assertion }) => assertion({ claims: { exp: String(NOW + 600) } })],
    [50027, 'with an exp beyond time', ({ assertion }) => assertion({ claims: { exp: 1e300 } })],
    [50027, 'with nbf as text', ({ assertion }) => assertion({ claims: { nbf: 'now' } })],
    [90014, 'without iss', ({ assertion }) => assertion({ claims: { iss: undefined } })],
    [50027, 'with sub as a number', ({ assertion }) => assertion({ claims: { sub: 1 } })],
    [
      50048,
      'of another issuer',
      ({ assertion }) => assertion({ claims: { iss: '11111111-1111-1111-1111-111111111111' } }),
    ],
    [700021, 'of another client', ({ assertion }) => assertion({ claims: { iss: 'other', sub: 'other' } })],
    [
      70021,
      'of an outside issuer',
      ({ assertion }) => assertion({ claims: { iss: 'https://token.actions.test', sub: 'repo' } }),
    ],
    [700024, 'that ended', ({ assertion }) => assertion({ claims: { nbf: NOW - 900, exp: NOW - 300 } })],
    [700024, 'that has not begun', ({ assertion }) => assertion({ claims: { nbf: NOW + 301, exp: NOW + 900 } })],
    [700023, 'without aud', ({ assertion }) => assertion({ claims: { aud: undefined } })],
    [
      700023,
      'for another server',
      ({ assertion }) => assertion({ claims: { aud: 'https://elsewhere.test/contoso.test/oauth2/v2.0/token' } }),
    ],
    [
      700023,
      'for another port',
      ({ assertion }) => assertion({ claims: { aud: 'https://localhost/contoso.test/oauth2/v2.0/token' } }),
    ],
    [
      700023,
      'for another tenant',
      ({ assertion }) => assertion({ claims: { aud: `${BASE}/fabrikam.test/oauth2/v2.0/token` } }),
    ],
    [700023, 'for every tenant', ({ assertion }) => assertion({ claims: { aud: `${BASE}/common/oauth2/v2.0/token` } })],
    [
      700023,
      'for another endpoint',
      ({ assertion }) => assertion({ claims: { aud: `${BASE}/contoso.test/oauth2/v2.0/authorize` } }),
    ],
    [
      700023,
      'for plain http',
      ({ assertion }) => assertion({ claims: { aud: 'http://localhost:8443/contoso.test/oauth2/v2.0/token' } }),
    ],
    [700023, 'for a resource', ({ assertion }) => assertion({ claims: { aud: EXCHANGE } })],
  ])('with AADSTS%i %s', async (code, _, make) => {
    const signed = await openSigningClient(certified)
    const answer = await signed.present(make(signed))
    expect(answer.json().error_codes).toEqual([code])
    expect(answer.statusCode).toBe([70021, 90014].includes(code) ? 400 : 401)
  })

  it('when the certificate itself ended, or has not begun', async () => {
    const old = await makeCertificate({ now: START, starts: START - 9 * DAY, ends: START - DAY })
    const young = await makeCertificate({ now: START, starts: START + DAY })
    for (const [certificate, reason] of [
      [old, 'The key used is expired.'],
      [young, 'The key used is not valid yet.'],
    ] as const) {
      const { present, assertion } = await openSigningClient(certificate)
      const answer = await present(assertion())
      expect(answer.json()).toMatchObject({ error: 'invalid_client', error_codes: [700027] })
      expect(answer.json().error_description).toContain(`[Reason - ${reason}`)
    }
  })

  it('naming the thumbprint that was not found', async () => {
    const { present, assertion } = await openSigningClient(certified)
    const answer = await present(assertion({ header: { x5t: stranger.sha1.toString('base64url') } }))
    expect(answer.json().error_description).toContain(
      `[Reason - The key was not found., Thumbprint of key used by client: '${stranger.sha1.toString('hex').toUpperCase()}']`,
    )
  })

  it('and the record names the certificates that the app has', async () => {
    const { service, present, assertion } = await openSigningClient(certified)
    await present(assertion({ header: { x5t: stranger.sha1.toString('base64url') } }))
    await service.signIns.settled()
    expect((await service.signIns.recent(service.tenant.id, 1))[0]?.checks.at(-1)?.evidence).toContain(
      `The app has the certificates ${certified.sha1.toString('hex').toUpperCase()}.`,
    )
  })

  it('passed on by the server that it was made out to, whatever the Host header says', async () => {
    const { service, present, assertion } = await openSigningClient(certified)
    const elsewhere = 'login.elsewhere.test:8443'
    const signed = assertion({ claims: { aud: `https://${elsewhere}/${service.tenant.id}/oauth2/v2.0/token` } })
    const answer = await present(signed, { host: elsewhere })
    expect(answer.json().error_codes).toEqual([700023])
  })

  it('when strict: for an issuer as its audience, and by kid', async () => {
    const { service, present, assertion } = await openSigningClient(certified, { strict: true })
    expect((await present(assertion())).statusCode).toBe(200)
    const issuer = await present(assertion({ claims: { aud: `${BASE}/${service.tenant.id}/v2.0` } }))
    expect(issuer.json().error_codes).toEqual([700023])
    const byKid = await present(assertion({ header: { kid: certified.sha1.toString('hex') } }))
    expect(byKid.json().error_codes).toEqual([50027])
  })
})

/** The same signature under a changed header. */
function forged(assertion: string, changes: Json): string {
  const [header = '', claims, signature] = assertion.split('.')
  return [rewritten(header, changes), claims, signature].join('.')
}

/** The same signature over changed claims. */
function changed(assertion: string, changes: Json): string {
  const [header, claims = '', signature] = assertion.split('.')
  return [header, rewritten(claims, changes), signature].join('.')
}

const rewritten = (part: string, changes: Json): string =>
  Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(part, 'base64url').toString()), ...changes })).toString(
    'base64url',
  )
