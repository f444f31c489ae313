import { sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../support/server-process.ts'
import { available } from './browser.ts'
import { claimsOf, EXCHANGE, GRAPH, type IdentityServer, openIdentityServer } from './identity-server.ts'

const CORRELATION = '5f2d8a0e-57c5-4a52-8a8d-0a8f3c7f9b11'

let stage: IdentityServer
beforeAll(async () => {
  stage = await openIdentityServer()
})
afterAll(() => stage.close())

/** The status, the headers and the body. */
const curl = async (...words: string[]): Promise<{ status: number; head: string; body: Record<string, unknown> }> => {
  const outcome = await run('curl', ['--silent', '--show-error', '--include', '--cacert', stage.env.CA!, ...words])
  expect(outcome.stderr).toBe('')
  const end = outcome.stdout.indexOf('\r\n\r\n')
  const head = outcome.stdout.slice(0, end)
  return {
    status: Number(/^HTTP\/[\d.]+ (\d+)/.exec(head)?.[1]),
    head,
    body: JSON.parse(outcome.stdout.slice(end + 4)) as Record<string, unknown>,
  }
}
const form = (parameters: Record<string, string>): string[] =>
  Object.entries(parameters).flatMap(([name, value]) => ['--data-urlencode', `${name}=${value}`])
const tokenUrl = (): string => `${stage.env.AUTHORITY}/oauth2/v2.0/token`
const asking = (further: Record<string, string> = {}) => ({
  grant_type: 'client_credentials',
  client_id: stage.program.clientId,
  scope: `${EXCHANGE}/.default`,
  ...further,
})

const administrator = async (): Promise<string[]> => {
  const { admin } = stage.checkout.ready
  const secret = ['--data-urlencode', `client_secret@${admin.client_secret_file}`]
  const asked = form({ ...asking(), client_id: admin.client_id, scope: `${GRAPH}/.default` })
  const { body } = await curl(tokenUrl(), ...asked, ...secret)
  return ['--header', `authorization: Bearer ${String(body.access_token)}`]
}
const graph = (path: string): string => `${stage.env.AUTHORITY_HOST}/v1.0${path}`

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

describe.runIf(available('curl', 'curl'))('curl, with the forms of scripts', () => {
  it('gets a token with a form', async () => {
    const { status, body } = await curl(tokenUrl(), ...form(asking({ client_secret: stage.program.secret })))
    expect([status, Object.keys(body).sort()]).toEqual([
      200,
      ['access_token', 'expires_in', 'ext_expires_in', 'token_type'],
    ])
    expect(claimsOf(String(body.access_token))).toMatchObject({ aud: EXCHANGE, appid: stage.program.clientId })
  })

  it('gets a token with HTTP Basic', async () => {
    const user = `${stage.program.clientId}:${encodeURIComponent(stage.program.secret)}`
    const { grant_type, scope } = asking()
    const { body } = await curl(tokenUrl(), '--user', user, ...form({ grant_type, scope }))
    expect(claimsOf(String(body.access_token))).toMatchObject({ appid: stage.program.clientId, appidacr: '1' })
  })

  it('gets a token with a certificate whose assertion a script signed', async () => {
    const { certificate, clientId } = stage.program
    const now = Math.floor(Date.now() / 1000)
    const claims = { aud: tokenUrl(), iss: clientId, sub: clientId, jti: CORRELATION, nbf: now, exp: now + 300 }
    const input = `${part({ alg: 'RS256', x5t: certificate.sha1.toString('base64url') })}.${part(claims)}`
    const signature = sign('sha256', Buffer.from(input), certificate.privateKey).toString('base64url')
    const assertion = {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: `${input}.${signature}`,
    }
    const { body } = await curl(tokenUrl(), ...form(asking(assertion)))
    expect(claimsOf(String(body.access_token))).toMatchObject({ appid: clientId, appidacr: '2' })
  })

  it('is told what was wrong, in the members of the real service', async () => {
    const asked = ['--header', `client-request-id: ${CORRELATION}`, '--header', 'return-client-request-id: true']
    const { status, head, body } = await curl(tokenUrl(), ...asked, ...form(asking({ client_secret: 'wrong' })))
    expect(status).toBe(401)
    expect(head).toContain(`\r\nclient-request-id: ${CORRELATION}`)
    expect(head).toContain(`\r\nx-ms-request-id: ${String(body.trace_id)}`)
    expect(body).toEqual({
      error: 'invalid_client',
      error_description: expect.stringMatching(/^AADSTS7000215: .* Trace ID: \S+ Correlation ID: \S+ Timestamp: .*Z$/),
      error_codes: [7000215],
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
      trace_id: expect.stringMatching(/^[\da-f-]{36}$/),
      correlation_id: CORRELATION,
      error_uri: `${stage.env.AUTHORITY_HOST}/error?code=7000215`,
    })
  })

  it('is told AADSTS1002012 for a scope without .default', async () => {
    const wrong = asking({ client_secret: stage.program.secret, scope: 'User.Read' })
    const { status, body } = await curl(tokenUrl(), ...form(wrong))
    expect([status, body.error, body.error_codes]).toEqual([400, 'invalid_scope', [1002012]])
  })

  it('is told AADSTS900561 for GET at the token endpoint', async () => {
    const { status, body } = await curl(tokenUrl())
    expect([status, body.error_codes]).toEqual([400, [900561]])
    expect(body.error_description).toContain('The endpoint only accepts {POST} requests. Received a {GET} request.')
  })

  it('is told AADSTS90002 for a tenant that is not there', async () => {
    const { status, body } = await curl(
      `${stage.env.AUTHORITY_HOST}/nowhere.test/v2.0/.well-known/openid-configuration`,
    )
    expect([status, body.error, body.error_codes]).toEqual([400, 'invalid_tenant', [90002]])
  })

  it('is told to wait while nobody typed the code of a device', async () => {
    const client = { client_id: stage.nativeApp }
    const scope = `${EXCHANGE}/IMAP.AccessAsUser.All`
    const started = await curl(`${stage.env.AUTHORITY}/oauth2/v2.0/devicecode`, ...form({ ...client, scope }))
    expect(started.body).toMatchObject({ expires_in: 900, interval: 5, user_code: expect.stringMatching(/^\w{9}$/) })
    const poll = {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: String(started.body.device_code),
    }
    const { status, body } = await curl(tokenUrl(), ...form({ ...client, ...poll }))
    expect([status, body.error, body.error_codes]).toEqual([400, 'authorization_pending', [70016]])
  })

  describe('at the Graph API', () => {
    it('finds no service principal of an app that was only registered', async () => {
      const bearer = await administrator()
      const json = ['--header', 'content-type: application/json', '--data', '{"displayName":"Registered by curl"}']
      const made = await curl(graph('/applications'), ...bearer, ...json)
      expect(made.status).toBe(201)
      const filter = encodeURIComponent(`appId eq '${String(made.body.appId)}'`)
      const found = await curl(graph(`/servicePrincipals?$filter=${filter}`), ...bearer)
      expect([found.status, found.body.value]).toEqual([200, []])
    })

    it('is told that an app is not there', async () => {
      const { status, body } = await curl(graph(`/applications/${CORRELATION}`), ...(await administrator()))
      expect([status, (body.error as { code: string }).code]).toEqual([404, 'Request_ResourceNotFound'])
    })
  })
})
