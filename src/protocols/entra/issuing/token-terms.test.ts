import { expect, it } from 'vitest'
import {
  openUserService,
  PASSWORD,
  codeRequest,
  secretRequest,
  openTokenService,
  post,
  type TokenService,
} from '../../../../test/support/token-service.ts'
import { BASE } from '../../../../test/support/access.ts'
import { registerClient } from '../../../../test/support/directory.ts'

const CAPABLE = '{"access_token":{"xms_cc":{"values":["cp1"]}}}'
const GRAPH = 'https://graph.microsoft.com'

const partOf = (token: string, part: 0 | 1) =>
  JSON.parse(Buffer.from(token.split('.')[part]!, 'base64url').toString()) as Record<string, unknown>

/** The token and its lifetime in seconds, for a client of its own that asks as said. */
async function issued(service: TokenService, asked: Record<string, string> = {}) {
  const answer = await post(service, service.tenant.id, { ...secretRequest(await registerClient(service)), ...asked })
  const { access_token: token, expires_in: seconds } = answer.json<{ access_token: string; expires_in: number }>()
  return { token, seconds: seconds + 1, claims: partOf(token, 1), header: partOf(token, 0) }
}

/** An app of the tenant that others ask tokens for. */
async function ownApi(service: TokenService, version: 1 | 2 | null) {
  const { apps, servicePrincipals } = service.directory
  const app = await apps.create(service.tenant.id, {
    displayName: 'Own API',
    identifierUris: ['api://own'],
    properties: { api: { requestedAccessTokenVersion: version } },
  })
  await servicePrincipals.create(service.tenant.id, { appId: app.appId })
  return app
}

it('lets tokens live for a random time of 60 to 90 minutes, unless a time is set', async () => {
  const random = await openTokenService({ settings: { access_token_minutes: 'random' } })
  const lives: number[] = []
  for (let n = 0; n < 30; n++) lives.push((await issued(random)).seconds)
  expect(Math.min(...lives)).toBeGreaterThanOrEqual(3600)
  expect(Math.min(...lives)).toBeLessThan(4300)
  expect(Math.max(...lives)).toBeLessThanOrEqual(5400)
  expect(Math.max(...lives)).toBeGreaterThan(4700)
  const set = await openTokenService({ settings: { access_token_minutes: 15 } })
  expect((await issued(set)).seconds).toBe(900)
  expect((await issued(set, { claims: CAPABLE })).seconds).toBe(900)
})

it('lets tokens of a client that can hear of an early end live for 24 to 28 hours, and says so in them', async () => {
  const service = await openTokenService({ settings: { access_token_minutes: 'random' } })
  const { seconds, claims } = await issued(service, { claims: CAPABLE })
  expect(seconds).toBeGreaterThanOrEqual(24 * 3600)
  expect(seconds).toBeLessThanOrEqual(28 * 3600)
  expect(claims.xms_cc).toEqual(['cp1'])
})

it('users’ tokens live as long, except one from the second of a password change', async () => {
  const people = await openUserService({ access_token_minutes: 'random' }, PASSWORD)
  const app = await people.app()
  await people.consent(app, GRAPH, 'User.Read')
  const issue = async () => {
    const answer = await people.ask({ ...codeRequest(app, await people.code(app)), claims: CAPABLE })
    return { seconds: answer.json().expires_in + 1, claims: partOf(answer.json().access_token, 1) }
  }
  people.world.advance(1000 - (people.world.now() % 1000))
  const long = await issue()
  expect(long.seconds).toBeGreaterThanOrEqual(24 * 3600)
  expect(long.claims.xms_cc).toEqual(['cp1'])
  people.world.advance(1)
  await people.directory.users.changePassword(people.tenant.id, 'ada@contoso.test', PASSWORD, 'Another-Horse-8')
  const atOnce = await issue()
  expect(atOnce.seconds).toBeLessThanOrEqual(5400)
  expect(atOnce.claims).not.toHaveProperty('xms_cc')
  people.world.advance(999)
  expect((await issue()).claims.xms_cc).toEqual(['cp1'])
})

it.each(['', '{', '[]', 'null', '"cp1"', '{"access_token":null}', '{"access_token":{"xms_cc":{"values":"cp1"}}}'])(
  'takes %s for no capability',
  async (claims) => {
    const service = await openTokenService({ settings: { access_token_minutes: 'random' } })
    const answer = await issued(service, { claims })
    expect(answer.seconds).toBeLessThanOrEqual(5400)
    expect(answer.claims).not.toHaveProperty('xms_cc')
  },
)

it('gives an own API that takes version 2 such a token, for its app id, at both endpoints', async () => {
  const service = await openTokenService()
  const api = await ownApi(service, 2)
  const client = await registerClient(service)
  for (const answer of [
    await post(service, service.tenant.id, { ...secretRequest(client), scope: 'api://own/.default' }),
    await post(
      service,
      service.tenant.id,
      { ...secretRequest(client), scope: '', resource: 'api://own' },
      { endpoint: 'token' },
    ),
  ]) {
    const { access_token: token } = answer.json<{ access_token: string }>()
    expect(partOf(token, 1)).toMatchObject({
      aud: api.appId,
      azp: client.app.appId,
      iss: `${BASE}/${service.tenant.id}/v2.0`,
      ver: '2.0',
    })
    expect(await service.tokens.verify(token)).toMatchObject({ ok: true, claims: { appid: client.app.appId } })
  }
})

it('an API without a token version gets v1 tokens, as Exchange and Graph do at the v2 endpoint', async () => {
  const service = await openTokenService()
  await ownApi(service, null)
  for (const resource of ['api://own', GRAPH, 'https://outlook.office365.com']) {
    const { claims } = await issued(service, { scope: `${resource}/.default` })
    expect(claims).toMatchObject({ aud: resource, ver: '1.0', iss: `${BASE}/${service.tenant.id}/` })
  }
})

it('puts a nonce in the header of tokens for Exchange and Graph where that is set, and of no others', async () => {
  const service = await openTokenService({ settings: { nonce_header: true } })
  await ownApi(service, null)
  for (const resource of [GRAPH, 'https://outlook.office365.com']) {
    const { header, token } = await issued(service, { scope: `${resource}/.default` })
    expect(header.nonce).toMatch(/^[\w-]{43}$/)
    expect(await service.tokens.verify(token)).toMatchObject({ ok: true })
  }
  expect((await issued(service, { scope: 'api://own/.default' })).header).not.toHaveProperty('nonce')
  expect((await issued(await openTokenService())).header).not.toHaveProperty('nonce')
})

it('tells Graph when the tenant was made', async () => {
  const service = await openTokenService()
  const { claims } = await issued(service, { scope: `${GRAPH}/.default` })
  expect(claims).toMatchObject({ xms_tcdt: Math.floor(service.tenant.created / 1000), tenant_region_scope: 'WW' })
})
