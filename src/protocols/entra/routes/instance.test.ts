import { expect, it } from 'vitest'
import { openTokenService, type TokenService } from '../../../../test/support/token-service.ts'

const ask = ({ http }: TokenService, query: Record<string, string>) =>
  http.inject({
    url: `/common/discovery/instance?${new URLSearchParams(query).toString()}`,
    headers: { host: 'localhost:8443' },
  })

it.each([
  [
    'https://localhost:8443/contoso.test/oauth2/v2.0/authorize',
    'https://localhost:8443/contoso.test/v2.0/.well-known/openid-configuration',
  ],
  ['https://127.0.0.1:8443/common/oauth2/authorize', 'https://127.0.0.1:8443/common/.well-known/openid-configuration'],
  [
    'https://login.microsoftonline.com/t/oauth2/v2.0/authorize',
    'https://login.microsoftonline.com/t/v2.0/.well-known/openid-configuration',
  ],
  [
    'https://localhost/contoso.test/oauth2/v2.0/authorize',
    'https://localhost:8443/contoso.test/v2.0/.well-known/openid-configuration',
  ],
])('believes in %s', async (authorization_endpoint, tenant_discovery_endpoint) => {
  const answer = await ask(await openTokenService(), { 'api-version': '1.1', authorization_endpoint })
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject({
    tenant_discovery_endpoint,
    'api-version': '1.1',
    metadata: [
      {
        preferred_network: 'localhost:8443',
        preferred_cache: 'localhost:8443',
        aliases: ['localhost:8443', '127.0.0.1:8443', '[::1]:8443'],
      },
      { preferred_network: 'login.microsoftonline.com', preferred_cache: 'login.windows.net' },
      ...Array.from({ length: 3 }, () => expect.anything()),
    ],
  })
})

it('answers in the version asked for', async () => {
  const authorization_endpoint = 'https://localhost:8443/common/oauth2/v2.0/authorize'
  const answer = await ask(await openTokenService(), { 'api-version': '1.0', authorization_endpoint })
  expect(answer.json()['api-version']).toBe('1.0')
})

it.each([
  ['https://elsewhere.test/common/oauth2/v2.0/authorize', 'invalid_instance', 50049],
  ['http://localhost:8443/common/oauth2/v2.0/authorize', 'invalid_instance', 50049],
  ['https://localhost:1/common/oauth2/v2.0/authorize', 'invalid_instance', 50049],
  ['hello', 'invalid_instance', 50049],
])('does not believe in %s', async (authorization_endpoint, error, code) => {
  const answer = await ask(await openTokenService(), { authorization_endpoint })
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ error, error_codes: [code] })
})

it('asks for the endpoint', async () => {
  expect((await ask(await openTokenService(), {})).json().error_codes).toEqual([90014])
})
