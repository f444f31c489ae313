import { beforeAll, describe, expect, it } from 'vitest'
import { type TestCertificate, makeCertificate } from '../../../../test/support/certificates.ts'
import { type Json, openSigningClient } from '../../../../test/support/client-assertions.ts'
import { BASE } from '../../../../test/support/access.ts'
import { MINUTE } from '../../../core/time.ts'

const START = Date.UTC(2026, 10, 24, 8)
const NOW = START / 1000

let certified: TestCertificate
let stranger: TestCertificate
beforeAll(async () => {
  certified = await makeCertificate({ now: START })
  stranger = await makeCertificate({ now: START })
})

const padded = (octets: Buffer) => octets.toString('base64').replaceAll('+', '-').replaceAll('/', '_')

describe('a certificate assertion is taken', () => {
  it('and the token says that a certificate was shown', async () => {
    const { present, assertion } = await openSigningClient(certified)
    const answer = await present(assertion())
    expect(answer.statusCode).toBe(200)
    const claims = JSON.parse(Buffer.from(answer.json().access_token.split('.')[1], 'base64url').toString())
    expect(claims.appidacr).toBe('2')
  })

  it('again with the same jti while it lasts, as MSAL does', async () => {
    const { service, present, assertion } = await openSigningClient(certified)
    const once = assertion()
    expect((await present(once)).statusCode).toBe(200)
    service.world.advance(9 * MINUTE)
    expect((await present(once)).statusCode).toBe(200)
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
      const { service, present, assertion } = await openSigningClient(certified)
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
    const { service, present, assertion } = await openSigningClient(certified)
    const kept = assertion()
    for (const _ of [1, 2]) expect((await present(kept)).statusCode).toBe(200)
    service.world.advance(599_000)
    expect((await present(kept)).statusCode).toBe(200)
    service.world.advance(301_000)
    expect((await present(kept)).json().error_codes).toEqual([700024])
  })

  it("by the credential's own keyId", async () => {
    const { service, clientId, present, assertion } = await openSigningClient(certified)
    const app = await service.directory.apps.findAnywhere(clientId)
    expect((await present(assertion({ header: { kid: app!.certificates[0]!.keyId } }))).statusCode).toBe(200)
  })

  it('from either of two certificates', async () => {
    const { service, clientId, present, assertion } = await openSigningClient(certified)
    const app = await service.directory.apps.findAnywhere(clientId)
    await service.directory.apps.update(service.tenant.id, app!.id, {
      certificates: [{ der: stranger.der }, { der: certified.der }],
    })
    expect((await present(assertion())).statusCode).toBe(200)
    const header = { x5t: stranger.sha1.toString('base64url') }
    expect((await present(assertion({ header, key: stranger.privateKey }))).statusCode).toBe(200)
  })
})
