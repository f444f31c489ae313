import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../support/server.ts'

const asked = (context: OpenServer, url: string) => context.ask('GET', url, { bearer: undefined })

describe('the discovery document and the keys', () => {
  it.each(['v2.0/.well-known/openid-configuration', '.well-known/openid-configuration', 'discovery/v2.0/keys'])(
    'carry the headers of everybody’s documents: %s',
    async (path) => {
      const { headers, statusCode } = await asked(await openServer(), `/contoso.test/${path}`)
      expect(statusCode).toBe(200)
      expect(headers).toMatchObject({
        'cache-control': 'max-age=86400, private',
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET, OPTIONS',
        'x-content-type-options': 'nosniff',
      })
    },
  )

  it('hold keys with the members of the real ones', async () => {
    const context = await openServer()
    await context.token()
    const { keys } = (await asked(context, '/common/discovery/v2.0/keys')).json<{ keys: Record<string, unknown>[] }>()
    expect(keys.length).toBeGreaterThan(0)
    for (const key of keys) {
      expect(key).toMatchObject({ kty: 'RSA', use: 'sig', e: 'AQAB', x5t: key.kid, n: expect.any(String) })
      expect(key).toHaveProperty('issuer')
      expect(key).toHaveProperty('cloud_instance_name')
      expect(key).not.toHaveProperty('alg')
      const [certificate, ...further] = key.x5c as string[]
      expect(further).toEqual([])
      const { fingerprint } = new X509Certificate(Buffer.from(certificate!, 'base64'))
      expect(Buffer.from(String(key.kid), 'base64url').toString('hex')).toBe(
        fingerprint.replaceAll(':', '').toLowerCase(),
      )
    }
  })
})

const metadataOf = async () => {
  const query = new URLSearchParams({
    'api-version': '1.1',
    authorization_endpoint: 'https://localhost:8443/contoso.test/oauth2/v2.0/authorize',
  })
  const answer = await asked(await openServer(), `/common/discovery/instance?${query.toString()}`)
  return answer.json<{
    tenant_discovery_endpoint: string
    'api-version': string
    metadata: { preferred_network: string; preferred_cache: string; aliases: string[] }[]
  }>()
}

describe('instance discovery', () => {
  it('answers with what MSAL reads', async () => {
    const answer = await metadataOf()
    expect(answer['api-version']).toBe('1.1')
    expect(answer.tenant_discovery_endpoint).toBe(
      'https://localhost:8443/contoso.test/v2.0/.well-known/openid-configuration',
    )
    expect(answer.metadata.length).toBeGreaterThan(0)
    for (const entry of answer.metadata) {
      expect(Object.keys(entry).sort()).toEqual(['aliases', 'preferred_cache', 'preferred_network'])
      expect(entry.aliases).toContain(entry.preferred_network)
    }
  })

  it.each([
    ['the public cloud', ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net']],
    ['the Chinese cloud', ['login.partner.microsoftonline.cn', 'login.chinacloudapi.cn']],
    ['the cloud of the US government', ['login.microsoftonline.us', 'login.usgovcloudapi.net']],
    ['the old US host', ['login-us.microsoftonline.com']],
  ])('knows the names of %s', async (_, names) => {
    const { metadata } = await metadataOf()
    const entry = metadata.find(({ preferred_network }) => preferred_network === names[0])
    expect(entry?.aliases).toEqual(names)
  })
})
