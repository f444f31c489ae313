import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../support/server.ts'

const CORRELATION = '5f2d8a0e-57c5-4a52-8a8d-0a8f3c7f9b11'

const asked = (context: OpenServer, secret = context.admin.clientSecret, headers: Record<string, string> = {}) =>
  context.ask('POST', `/${context.tenant.id}/oauth2/v2.0/token`, {
    bearer: undefined,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: context.admin.clientId,
      client_secret: secret,
      scope: 'https://graph.microsoft.com/.default',
    }).toString(),
  })

describe('the answer to a program', () => {
  it('has four members, the times as numbers, and nothing else', async () => {
    const answer = (await asked(await openServer())).json()
    expect(answer).toEqual({
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      ext_expires_in: expect.any(Number),
      access_token: expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/),
    })
  })

  it('is good for 60 to 90 minutes from now, by chance', async () => {
    const context = await openServer()
    const lives = new Set<number>()
    for (let count = 0; count < 12; count++) lives.add(Number((await asked(context)).json().expires_in))
    expect(lives.size).toBeGreaterThan(3)
    for (const life of lives) {
      expect(life).toBeGreaterThanOrEqual(60 * 60 - 1)
      expect(life).toBeLessThanOrEqual(90 * 60)
    }
  })

  it('has the headers of the real one', async () => {
    const { headers } = await asked(await openServer())
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store, no-cache',
      pragma: 'no-cache',
      expires: '-1',
      'x-ms-clitelem': '1,0,0,,',
      'x-ms-ests-server': expect.stringMatching(/^2\.1\.\d+\.\d+ - \w+ ProdSlices$/),
      p3p: 'CP="DSP CUR OTPi IND OTRi ONL FIN"',
      'x-content-type-options': 'nosniff',
      'x-xss-protection': '0',
    })
  })
})

describe('a refusal', () => {
  it('tells the error and the suberror in x-ms-clitelem', async () => {
    const { headers, statusCode } = await asked(await openServer(), 'wrong')
    expect(statusCode).toBe(401)
    expect(headers['x-ms-clitelem']).toMatch(/^1,7000215,0,/)
  })

  it('has no WWW-Authenticate', async () => {
    const { headers } = await asked(await openServer(), 'wrong')
    expect(headers).not.toHaveProperty('www-authenticate')
  })
})

it('client-request-id comes back in a header where that is asked for, and nowhere else', async () => {
  const context = await openServer()
  const silent = await asked(context, undefined, { 'client-request-id': CORRELATION })
  expect(silent.headers).not.toHaveProperty('client-request-id')
  const asking = { 'client-request-id': CORRELATION, 'return-client-request-id': 'true' }
  expect((await asked(context, undefined, asking)).headers['client-request-id']).toBe(CORRELATION)
  expect((await asked(context, 'wrong', asking)).json().correlation_id).toBe(CORRELATION)
})
