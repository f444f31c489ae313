import { createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { realFields } from '../../../../test/support/openid-configuration.ts'
import { secretRequest, openTokenService, post, type TokenService } from '../../../../test/support/token-service.ts'
import { BASE } from '../../../../test/support/access.ts'
import { registerClient } from '../../../../test/support/directory.ts'

const get = ({ http }: TokenService, path: string) => http.inject({ url: path, headers: { host: 'localhost:8443' } })

describe('the openid-configuration', () => {
  it('has every field of the real one, with its values', async () => {
    const service = await openTokenService()
    const document = (await get(service, '/common/v2.0/.well-known/openid-configuration')).json()
    expect(realFields.filter((name) => !(name in document))).toEqual([])
    expect(document).toMatchObject({
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
      response_modes_supported: ['query', 'fragment', 'form_post'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
      claims_supported: expect.arrayContaining(['sub', 'iss', 'aud', 'exp', 'iat', 'tid', 'name', 'nonce', 'ver']),
      http_logout_supported: true,
      frontchannel_logout_supported: true,
      request_uri_parameter_supported: false,
      tenant_region_scope: null,
    })
  })

  it('of a tenant names it by GUID in the issuer, and as asked in the endpoints', async () => {
    const service = await openTokenService()
    for (const named of [service.tenant.id, 'contoso.test']) {
      const answer = await get(service, `/${named}/v2.0/.well-known/openid-configuration`)
      expect(answer.json()).toMatchObject({
        issuer: `${BASE}/${service.tenant.id}/v2.0`,
        token_endpoint: `${BASE}/${named}/oauth2/v2.0/token`,
        jwks_uri: `${BASE}/${named}/discovery/v2.0/keys`,
      })
      expect(answer.headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET, OPTIONS',
        'cache-control': 'max-age=86400, private',
      })
    }
  })

  it('in v1 names the issuer that tokens name', async () => {
    const service = await openTokenService()
    const own = await get(service, `/${service.tenant.id}/.well-known/openid-configuration`)
    expect(own.json()).toMatchObject({
      issuer: `${BASE}/${service.tenant.id}/`,
      token_endpoint: `${BASE}/${service.tenant.id}/oauth2/token`,
      jwks_uri: `${BASE}/${service.tenant.id}/discovery/keys`,
    })
    const shared = await get(service, '/common/.well-known/openid-configuration')
    expect(shared.json().issuer).toBe(`${BASE}/{tenantid}/`)
  })

  it.each(['common', 'organizations'])('of %s names no tenant', async (name) => {
    const service = await openTokenService()
    const document = (await get(service, `/${name}/v2.0/.well-known/openid-configuration`)).json()
    expect(document.issuer).toBe(`${BASE}/{tenantid}/v2.0`)
    expect(document.token_endpoint).toBe(`${BASE}/${name}/oauth2/v2.0/token`)
  })

  it("names Microsoft's hosts where the issuer is to", async () => {
    const service = await openTokenService({ issuerHosts: 'microsoft' })
    expect((await get(service, '/common/v2.0/.well-known/openid-configuration')).json()).toMatchObject({
      issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
      token_endpoint: `${BASE}/common/oauth2/v2.0/token`,
      msgraph_host: 'graph.microsoft.com',
    })
  })

  it.each([
    ['nowhere.test', 90002],
    ['consumers', 900023],
    ['no_domain', 900023],
  ])('of %s is refused with AADSTS%i', async (tenant, code) => {
    const answer = await get(await openTokenService(), `/${tenant}/v2.0/.well-known/openid-configuration`)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ error: 'invalid_tenant', error_codes: [code] })
  })

  it('answers a preflight', async () => {
    const { http } = await openTokenService()
    for (const path of ['/common/v2.0/.well-known/openid-configuration', '/common/discovery/v2.0/keys']) {
      const answer = await http.inject({ method: 'OPTIONS', url: path })
      expect(answer.statusCode).toBe(200)
      expect(answer.headers['access-control-allow-origin']).toBe('*')
    }
  })
})

describe('the keys', () => {
  it('verify a token, for every spelling of the tenant and both versions', async () => {
    const service = await openTokenService()
    const issued = await post(service, service.tenant.id, secretRequest(await registerClient(service)))
    const [header = '', claims, signature = ''] = issued.json().access_token.split('.')
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString())
    for (const path of [
      'common/discovery/v2.0/keys',
      `${service.tenant.id}/discovery/keys`,
      'contoso.test/discovery/v2.0/keys',
    ]) {
      const { keys } = (await get(service, `/${path}`)).json()
      const key = keys.find((it: { kid: string }) => it.kid === kid)
      expect(key).toMatchObject({ kty: 'RSA', use: 'sig', x5t: kid, e: 'AQAB', cloud_instance_name: 'localhost:8443' })
      const signed = Buffer.from(`${header}.${claims}`)
      const publicKey = createPublicKey({ key, format: 'jwk' })
      expect(verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
    }
  })
})
