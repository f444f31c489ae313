import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../support/server.ts'
import { realFields } from '../../support/openid-configuration.ts'

const fields = [...realFields, 'kerberos_endpoint']
const exactly = {
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  http_logout_supported: true,
  frontchannel_logout_supported: true,
  request_uri_parameter_supported: false,
  rbac_url: 'https://pas.windows.net',
}
const atMost = {
  response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
  response_modes_supported: ['query', 'fragment', 'form_post'],
  token_endpoint_auth_methods_supported: [
    'client_secret_post',
    'client_secret_basic',
    'private_key_jwt',
    'self_signed_tls_client_auth',
  ],
}
const atLeast = {
  scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
  token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'private_key_jwt'],
  claims_supported: 'sub iss aud exp iat tid name preferred_username email nonce ver'.split(' '),
}

type Document = Record<string, unknown>

const documentOf = async (context: OpenServer, segment: string, version = '/v2.0'): Promise<Document> =>
  (await context.ask('GET', `/${segment}${version}/.well-known/openid-configuration`, { bearer: undefined })).json()

describe.each(['common', 'organizations', 'contoso.test'])('the document of %s', (segment) => {
  it('has the fields of the real one, and its values', async () => {
    const document = await documentOf(await openServer(), segment)
    expect(Object.keys(document)).toEqual(expect.arrayContaining(fields))
    expect(document).toMatchObject(exactly)
    for (const [field, values] of Object.entries(atMost))
      expect(values).toEqual(expect.arrayContaining(document[field] as string[]))
    for (const [field, values] of Object.entries(atLeast))
      expect(document[field]).toEqual(expect.arrayContaining(values))
  })

  it('names endpoints that are there', async () => {
    const context = await openServer()
    const document = await documentOf(context, segment)
    for (const field of ['authorization_endpoint', 'end_session_endpoint', 'jwks_uri', 'userinfo_endpoint']) {
      const { statusCode } = await context.ask('GET', new URL(String(document[field])).pathname, { bearer: undefined })
      expect([field, statusCode]).not.toEqual([field, 404])
    }
    for (const field of ['token_endpoint', 'device_authorization_endpoint']) {
      const { statusCode } = await context.ask('POST', new URL(String(document[field])).pathname, { bearer: undefined })
      expect([field, statusCode]).toEqual([field, 400])
    }
  })
})

it('the two versions of a tenant’s document agree on all but their endpoints and issuers', async () => {
  const context = await openServer()
  const [v1, v2] = [await documentOf(context, context.tenant.id, ''), await documentOf(context, context.tenant.id)]
  const differing = Object.keys(v2).filter((field) => JSON.stringify(v1[field]) !== JSON.stringify(v2[field]))
  expect(differing.sort()).toEqual([
    'authorization_endpoint',
    'device_authorization_endpoint',
    'end_session_endpoint',
    'issuer',
    'jwks_uri',
    'token_endpoint',
  ])
  expect(v1.issuer).toBe(`https://localhost:8443/${context.tenant.id}/`)
  expect(v2.issuer).toBe(`https://localhost:8443/${context.tenant.id}/v2.0`)
})
