import { constants, type KeyObject, sign } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { signingInput, writeJws } from '../../../codecs/jwt/compact.ts'
import { type Certified, makeCertificate } from '../../../../test/support/certificate.ts'
import { registerApp } from '../../../../test/support/open-directory.ts'
import { BASE, EXCHANGE, openTokenService, post, type TokenService } from '../../../../test/support/token-service.ts'

const START = Date.UTC(2026, 10, 24, 8)
const NOW = START / 1000
const DAY = 86_400_000

let certified: Certified
let stranger: Certified
beforeAll(async () => {
  certified = await makeCertificate({ now: START })
  stranger = await makeCertificate({ now: START })
})

type Json = Record<string, unknown>

interface Signed {
  readonly service: TokenService
  readonly clientId: string
  /** Signs an assertion; what is given takes the place of what is usual. */
  readonly assertion: (changes?: { header?: Json; claims?: Json; key?: KeyObject; alg?: string }) => string
  readonly present: (assertion: string) => ReturnType<typeof post>
}

async function openSigned(certificate = certified, options: { strict?: boolean } = {}): Promise<Signed> {
  const service = await openTokenService(options)
  const { app } = await registerApp(service)
  await service.directory.apps.update(service.tenant.id, app.id, { certificates: [{ der: certificate.der }] })
  const clientId = app.appId
  return {
    service,
    clientId,
    assertion: ({ header = {}, claims = {}, key = certificate.privateKey, alg = 'RS256' } = {}) => {
      const usual = {
        aud: `${BASE}/${service.tenant.id}/oauth2/v2.0/token`,
        iss: clientId,
        sub: clientId,
        jti: 'one',
        nbf: NOW,
        exp: NOW + 600,
      }
      const named = Object.keys(header).some((name) => ['x5t', 'x5t#S256', 'kid'].includes(name))
      const thumbprint = named ? {} : { 'x5t#S256': certificate.sha256.toString('base64url') }
      const input = signingInput({ alg, typ: 'JWT', ...thumbprint, ...header }, { ...usual, ...claims })
      return writeJws(input, sign('sha256', Buffer.from(input), { key, ...paddingOf(alg) }))
    },
    present: (client_assertion) =>
      post(service, service.tenant.id, {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion,
        scope: `${EXCHANGE}/.default`,
      }),
  }
}

const paddingOf = (alg: string) =>
  alg === 'PS256'
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    : { padding: constants.RSA_PKCS1_PADDING }

const padded = (octets: Buffer) => octets.toString('base64').replaceAll('+', '-').replaceAll('/', '_')

describe('a certificate assertion is taken', () => {
  it('and the token says that a certificate was shown', async () => {
    const { present, assertion } = await openSigned()
    const answer = await present(assertion())
    expect(answer.statusCode).toBe(200)
    const claims = JSON.parse(Buffer.from(answer.json().access_token.split('.')[1], 'base64url').toString())
    expect(claims.appidacr).toBe('2')
  })

  const thumbprints: Record<string, () => Json> = {
    'x5t#S256': () => ({ 'x5t#S256': certified.sha256.toString('base64url') }),
    'x5t#S256, padded': () => ({ 'x5t#S256': padded(certified.sha256) }),
    'x5t#S256 in base64': () => ({ 'x5t#S256': certified.sha256.toString('base64') }),
    x5t: () => ({ x5t: certified.sha1.toString('base64url') }),
    'x5t, padded': () => ({ x5t: padded(certified.sha1) }),
    'x5t in base64': () => ({ x5t: certified.sha1.toString('base64') }),
    'x5t and x5t#S256': () => ({
      x5t: certified.sha1.toString('base64url'),
      'x5t#S256': certified.sha256.toString('base64url'),
    }),
    'kid in hex': () => ({ kid: certified.sha1.toString('hex').toUpperCase() }),
    'kid as a longer thumbprint': () => ({ kid: certified.sha256.toString('base64url') }),
  }
  const audiences: Record<string, (tenant: string) => unknown> = {
    'the v2 endpoint': (tenant) => `${BASE}/${tenant}/oauth2/v2.0/token`,
    'the v1 endpoint': (tenant) => `${BASE}/${tenant}/oauth2/token`,
    'the v2 issuer': (tenant) => `${BASE}/${tenant}/v2.0`,
    'the v1 issuer': (tenant) => `${BASE}/${tenant}/`,
    'the tenant by domain': () => `${BASE}/contoso.test/oauth2/v2.0/token`,
    'another loopback name': (tenant) => `https://127.0.0.1:8443/${tenant}/oauth2/v2.0/token`,
    "Microsoft's host": (tenant) => `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`,
    "an older Microsoft host's issuer": (tenant) => `https://sts.windows.net/${tenant}/`,
    'a list': (tenant) => ['https://elsewhere.test', `${BASE}/${tenant}/oauth2/v2.0/token`],
    'other letter case': (tenant) => `HTTPS://LOCALHOST:8443/${tenant.toUpperCase()}/OAuth2/v2.0/Token`,
  }
  const times: Record<string, Json> = {
    'usual times': {},
    'no nbf': { nbf: undefined },
    'floating-point times': { nbf: undefined, iat: NOW - 0.25, exp: NOW + 599.75 },
    'a clock five minutes slow': { nbf: NOW - 900, exp: NOW - 299 },
    'a clock five minutes fast': { nbf: NOW + 299, exp: NOW + 900 },
    'an end years away': { exp: NOW + 1e8 },
  }

  it.each(['RS256', 'PS256'].flatMap((alg) => Object.keys(thumbprints).map((thumbprint) => ({ alg, thumbprint }))))(
    'with $alg and $thumbprint, for every audience and time',
    async ({ alg, thumbprint }) => {
      const { service, present, assertion } = await openSigned()
      for (const [audience, aud] of Object.entries(audiences)) {
        for (const [time, claims] of Object.entries(times)) {
          const given = assertion({
            alg,
            header: thumbprints[thumbprint]!(),
            claims: { aud: aud(service.tenant.id), ...claims },
          })
          expect([audience, time, (await present(given)).statusCode]).toEqual([audience, time, 200])
        }
      }
    },
  )

  it('again and again until it ends', async () => {
    const { service, present, assertion } = await openSigned()
    const kept = assertion()
    for (const _ of [1, 2]) expect((await present(kept)).statusCode).toBe(200)
    service.world.advance(599_000)
    expect((await present(kept)).statusCode).toBe(200)
    service.world.advance(301_000)
    expect((await present(kept)).json().error_codes).toEqual([700024])
  })

  it("by the credential's own keyId", async () => {
    const { service, clientId, present, assertion } = await openSigned()
    const app = await service.directory.apps.findAnywhere(clientId)
    expect((await present(assertion({ header: { kid: app!.certificates[0]!.keyId } }))).statusCode).toBe(200)
  })

  it('from either of two certificates', async () => {
    const { service, clientId, present, assertion } = await openSigned()
    const app = await service.directory.apps.findAnywhere(clientId)
    await service.directory.apps.update(service.tenant.id, app!.id, {
      certificates: [{ der: stranger.der }, { der: certified.der }],
    })
    expect((await present(assertion())).statusCode).toBe(200)
    const header = { x5t: stranger.sha1.toString('base64url') }
    expect((await present(assertion({ header, key: stranger.privateKey }))).statusCode).toBe(200)
  })
})

describe('a certificate assertion is refused', () => {
  it.each<[number, string, (signed: Signed) => string]>([
    [
      700027,
      'of a certificate that is not registered',
      ({ assertion }) => assertion({ header: { x5t: stranger.sha1.toString('base64url') }, key: stranger.privateKey }),
    ],
    [700027, 'signed by another key', ({ assertion }) => assertion({ key: stranger.privateKey })],
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
    [50027, 'without iss', ({ assertion }) => assertion({ claims: { iss: undefined } })],
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
    const signed = await openSigned()
    const answer = await signed.present(make(signed))
    expect(answer.json().error_codes).toEqual([code])
    expect(answer.statusCode).toBe(code === 70021 ? 400 : 401)
  })

  it('when the certificate itself ended, or has not begun', async () => {
    const old = await makeCertificate({ now: START, starts: START - 9 * DAY, ends: START - DAY })
    const young = await makeCertificate({ now: START, starts: START + DAY })
    for (const [certificate, reason] of [
      [old, 'The key used is expired.'],
      [young, 'The key used is not valid yet.'],
    ] as const) {
      const { present, assertion } = await openSigned(certificate)
      const answer = await present(assertion())
      expect(answer.json()).toMatchObject({ error: 'invalid_client', error_codes: [700027] })
      expect(answer.json().error_description).toContain(`[Reason - ${reason}`)
    }
  })

  it('naming the thumbprint that was not found', async () => {
    const { present, assertion } = await openSigned()
    const answer = await present(assertion({ header: { x5t: stranger.sha1.toString('base64url') } }))
    expect(answer.json().error_description).toContain(
      `[Reason - The key was not found., Thumbprint of key used by client: '${stranger.sha1.toString('hex').toUpperCase()}']`,
    )
  })

  it('when strict: for an issuer as its audience, and by kid', async () => {
    const { service, present, assertion } = await openSigned(certified, { strict: true })
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
