import { describe, expect, it } from 'vitest'
import { BASE } from '../../../test/support/access.ts'
import { openGraph } from '../../../test/support/graph-server.ts'
import { registerApp } from '../../../test/support/directory.ts'

const GRAPH = 'https://graph.microsoft.com'
const CORRELATION = '5f2d8a0e-57c5-4a52-8a8d-0a8f3c7f9b11'

describe('a failure', () => {
  it('has the envelope and the headers of Graph', async () => {
    const { call } = await openGraph()
    const answer = await call('GET', '/users/nobody@contoso.test', undefined, {
      headers: { 'client-request-id': CORRELATION },
    })
    expect(answer.status).toBe(404)
    expect(answer.body).toEqual({
      error: {
        code: 'Request_ResourceNotFound',
        message:
          "Resource 'nobody@contoso.test' does not exist or one of its queried reference-property objects are not present.",
        innerError: {
          date: '2026-11-24T08:00:00',
          'request-id': answer.headers['request-id'],
          'client-request-id': CORRELATION,
        },
      },
    })
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private',
      'client-request-id': CORRELATION,
      'x-ms-ags-diagnostic': expect.stringContaining('ServerInfo'),
    })
  })

  it.each([
    ['no token', '', 'Access token is empty.'],
    ['another scheme', 'Basic YTpi', 'Access token is empty.'],
    ['text that is no token', 'Bearer hello', 'CompactToken parsing failed with error code: 80049217'],
  ])('for %s is 401', async (_, authorization, message) => {
    const { call } = await openGraph()
    const answer = await call('GET', '/users', undefined, { authorization })
    expect(answer.status).toBe(401)
    expect(answer.body.error).toMatchObject({ code: 'InvalidAuthenticationToken', message })
    expect(answer.headers['www-authenticate']).toBe(
      `Bearer realm="", authorization_uri="${BASE}/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`,
    )
  })

  it('for a token that has ended is 401', async () => {
    const stage = await openGraph()
    const token = await stage.tokenFor(await registerApp(stage, 'Reader'), { audience: GRAPH, lifetime: -1 })
    const answer = await stage.call('GET', '/users', undefined, { authorization: `Bearer ${token}` })
    expect(answer.status).toBe(401)
    expect(answer.body.error.message).toBe('Lifetime validation failed, the token is expired.')
  })

  it('for a token of another resource is 401', async () => {
    const stage = await openGraph()
    const token = await stage.tokenFor(await registerApp(stage, 'Mail reader'))
    const answer = await stage.call('GET', '/users', undefined, { authorization: `Bearer ${token}` })
    expect(answer.status).toBe(401)
    expect(answer.body.error.message).toBe('Access token validation failure. Invalid audience.')
  })

  it.each([
    ['GET', '/nothing', 404, 'ResourceNotFound', "Resource not found for the segment 'nothing'."],
    ['GET', '/users/a/b', 404, 'ResourceNotFound', "Resource not found for the segment 'b'."],
    ['GET', '/servicePrincipals/a/owners', 404, 'ResourceNotFound', "Resource not found for the segment 'owners'."],
    ['GET', '/$metadata', 404, 'ResourceNotFound', "Resource not found for the segment '$metadata'."],
    ['GET', '/', 404, 'ResourceNotFound', "Resource not found for the segment ''."],
    ['GET', '/beta/users', 400, 'BadRequest', 'Invalid version: beta.'],
    ['DELETE', '/users', 405, 'MethodNotAllowed', 'Specified HTTP method is not allowed for the request target.'],
  ] as const)('for %s %s is %i', async (method, path, status, code, message) => {
    const { call } = await openGraph()
    const answer = await call(method, path)
    expect(answer.status).toBe(status)
    expect(answer.body.error).toMatchObject({ code, message })
  })

  it('for a wrong verb says which ones there are', async () => {
    const { call } = await openGraph()
    expect((await call('PUT', "/applications(appId='x')")).headers.allow).toBe('GET, PATCH, DELETE')
  })
})
