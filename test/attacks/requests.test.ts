import { createServer, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openOnce } from '../support/lifecycle.ts'
import { attackersKey, signedBy } from './forge.ts'
import { type Client, codeOf, GRAPH, AttackSetup } from './attack-setup.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const asProgram = ({ id, secret }: Client): Record<string, string> => ({
  grant_type: 'client_credentials',
  client_id: id,
  client_secret: secret,
  scope: `${GRAPH}/.default`,
})

const raw = async (scene: AttackSetup, payload: string | Buffer, headers: Record<string, string> = {}) =>
  scene.context.ask('POST', `/${scene.context.tenant.id}/oauth2/v2.0/token`, {
    bearer: undefined,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload,
  })

describe('a parameter that comes twice', () => {
  it.each(['grant_type', 'client_id', 'client_secret', 'scope'])(
    'is refused and neither is taken: %s',
    async (name) => {
      const scene = await AttackSetup.open()
      const form = new URLSearchParams(asProgram(scene.mailer))
      form.append(name, 'another')
      const answer = await raw(scene, form.toString())
      expect([answer.statusCode, codeOf(answer)]).toEqual([400, 9002313])
    },
  )

  it('in the URL counts for nothing beside the form', async () => {
    const scene = await AttackSetup.open()
    const query = new URLSearchParams({ client_secret: 'wrong', scope: 'https://outlook.office365.com/.default' })
    const answer = await scene.context.ask(
      'POST',
      `/${scene.context.tenant.id}/oauth2/v2.0/token?${query.toString()}`,
      {
        bearer: undefined,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams(asProgram(scene.mailer)).toString(),
      },
    )
    const { access_token } = answer.json<{ access_token: string }>()
    expect(JSON.parse(Buffer.from(access_token.split('.')[1]!, 'base64url').toString())).toMatchObject({ aud: GRAPH })
  })

  it('is not hidden by how it is spelled', async () => {
    const scene = await AttackSetup.open()
    const form = new URLSearchParams(asProgram(scene.mailer)).toString()
    expect(codeOf(await raw(scene, `${form}&client%5Fid=another`))).toBe(9002313)
    expect((await raw(scene, `${form}&CLIENT_ID=another&client_id[]=another`)).statusCode).toBe(200)
  })
})

const shared = openOnce((atEnd) => AttackSetup.open({}, undefined, atEnd))

const bomb = gzipSync(Buffer.alloc(50_000_000, 'a'))

describe('a request that is a weight to read', () => {
  it.each<[string, (scene: AttackSetup) => Promise<{ statusCode: number }>]>([
    ['a form of a megabyte', (scene) => raw(scene, `client_id=${'x'.repeat(1_000_000)}`)],
    ['a hundred thousand parameters', (scene) => raw(scene, 'a=&'.repeat(20_000))],
    ['a form that unpacks to fifty megabytes', (scene) => raw(scene, bomb, { 'content-encoding': 'gzip' })],
    [
      'a scope of thousands of words',
      (scene) => scene.post({ ...asProgram(scene.mailer), scope: 'a/.default '.repeat(5000) }),
    ],
    [
      'an assertion nested without end',
      (scene) => {
        const header = Buffer.from(`{"alg":"RS256","a":${'['.repeat(20_000)}`).toString('base64url')
        const shown = { client_assertion_type: JWT_BEARER, client_assertion: `${header}.e30.AAAA`, client_secret: '' }
        return scene.post({ ...asProgram(scene.mailer), ...shown })
      },
    ],
    [
      'an assertion with many signatures',
      (scene) => {
        const signatures = Array.from({ length: 500 }, () => ({ protected: 'e30', signature: 'AAAA' }))
        const client_assertion = JSON.stringify({ payload: 'e30', signatures })
        return scene.post({
          ...asProgram(scene.mailer),
          client_assertion_type: JWT_BEARER,
          client_assertion,
          client_secret: '',
        })
      },
    ],
    [
      'a certificate chain of hundreds',
      (scene) => {
        const header = { alg: 'RS256', x5c: Array.from({ length: 500 }, () => 'MIIB'.repeat(20)) }
        const claims = { iss: scene.mailer.id, sub: scene.mailer.id, exp: 2e9, aud: 'x' }
        const client_assertion = signedBy(attackersKey.privateKey, header, claims)
        return scene.post({
          ...asProgram(scene.mailer),
          client_assertion_type: JWT_BEARER,
          client_assertion,
          client_secret: '',
        })
      },
    ],
    [
      'an address of thirty thousand octets',
      (scene) =>
        scene
          .browser()
          .get(`/contoso.test/oauth2/v2.0/authorize?state=${'x'.repeat(30_000)}`)
          .then(({ status }) => ({ statusCode: status })),
    ],
  ])('is refused at once: %s', async (_, send) => {
    const scene = shared()
    const started = performance.now()
    const { statusCode } = await send(scene)
    expect(performance.now() - started).toBeLessThan(2000)
    expect(statusCode).toBeGreaterThanOrEqual(400)
    expect(statusCode).toBeLessThan(500)
  })
})

describe('an issuer that a federated credential names', () => {
  let inside: Server
  let port: number
  let connections = 0
  beforeAll(async () => {
    inside = createServer((socket) => {
      connections++
      socket.destroy()
    })
    await new Promise<void>((resolve) => {
      inside.listen(0, '127.0.0.1', resolve)
    })
    port = (inside.address() as AddressInfo).port
  })
  afterAll(() => {
    inside.close()
  })

  it.each([
    'https://127.0.0.1:PORT',
    'https://localhost:PORT',
    'https://localhost.:PORT',
    'https://127.1:PORT',
    'https://2130706433:PORT',
    'https://0x7f000001:PORT',
    'https://0.0.0.0:PORT',
    'https://[::1]:PORT',
    'https://[::ffff:127.0.0.1]:PORT',
    'https://user:password@127.0.0.1:PORT',
    'http://127.0.0.1:PORT',
    'https://169.254.169.254',
    'file:///etc/passwd',
  ])('is not asked within this network: %s', async (named) => {
    const issuer = named.replace('PORT', String(port))
    const scene = await AttackSetup.open()
    const { directory, tenant } = scene.context
    const credential = { name: 'inside', issuer, subject: 'me', audiences: ['api://AzureADTokenExchange'] }
    const given = await directory.apps
      .addFederated(tenant.id, scene.mailer.app.id, { ...credential, description: undefined })
      .then(
        () => 'taken',
        () => 'refused',
      )
    const now = scene.context.world.now() / 1000
    const claims = { iss: issuer, sub: 'me', aud: 'api://AzureADTokenExchange', nbf: now, exp: now + 600 }
    const client_assertion = signedBy(attackersKey.privateKey, { alg: 'RS256', kid: 'one' }, claims)
    const before = connections
    const answer = await scene.post({
      grant_type: 'client_credentials',
      client_id: scene.mailer.id,
      client_assertion_type: JWT_BEARER,
      client_assertion,
      scope: `${GRAPH}/.default`,
    })
    expect([given, answer.statusCode]).not.toEqual(['taken', 200])
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.statusCode).toBeLessThan(500)
    expect(connections).toBe(before)
  })
})
