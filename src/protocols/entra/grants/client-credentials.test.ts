import { describe, expect, it } from 'vitest'
import { secretRequest, openTokenService, post, type TokenService } from '../../../../test/support/token-service.ts'
import { BASE, EXCHANGE } from '../../../../test/support/access.ts'
import { type RegisteredClient, registerClient } from '../../../../test/support/directory.ts'

const IMAP_ROLE = '5e5addcd-3e8d-4e90-baf5-964efab2b20a'
const EXCHANGE_APP = '00000002-0000-0ff1-ce00-000000000000'

async function consent({ directory, tenant }: TokenService, { principal }: RegisteredClient) {
  const exchange = await directory.servicePrincipals.find(tenant.id, { appId: EXCHANGE_APP })
  return directory.assignments.create(tenant.id, {
    principal: principal.id,
    resource: exchange!.id,
    appRoleId: IMAP_ROLE,
  })
}

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

describe('a client with its secret', () => {
  it('gets a token that Exchange would take', async () => {
    const service = await openTokenService()
    const client = await registerClient(service)
    await consent(service, client)
    const answer = await post(service, service.tenant.id, secretRequest(client))
    expect(answer.statusCode).toBe(200)
    const { access_token: token, ...rest } = answer.json()
    expect(rest).toEqual({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599 })
    expect(await service.tokens.verify(token)).toMatchObject({ ok: true })
    expect(claimsOf(token)).toMatchObject({
      aud: EXCHANGE,
      iss: `${BASE}/${service.tenant.id}/`,
      appid: client.app.appId,
      appidacr: '1',
      idtyp: 'app',
      oid: client.principal.id,
      sub: client.principal.id,
      tid: service.tenant.id,
      roles: ['IMAP.AccessAsApp'],
      wids: ['0997a1d0-0d1d-4acb-b408-d5ca73121e90'],
    })
  })

  it('gets one without the roles claim when nobody consented', async () => {
    const service = await openTokenService()
    const answer = await post(service, service.tenant.id, secretRequest(await registerClient(service)))
    expect(answer.statusCode).toBe(200)
    expect(claimsOf(answer.json().access_token)).not.toHaveProperty('roles')
  })

  it('gets the directory roles it holds as wids', async () => {
    const service = await openTokenService()
    const client = await registerClient(service)
    await service.directory.directoryRoles.assign(
      service.tenant.id,
      client.principal.id,
      '29232cdf-9323-42fd-ade2-1d097af3e4de',
    )
    const answer = await post(service, service.tenant.id, secretRequest(client))
    expect(claimsOf(answer.json().access_token).wids).toEqual([
      '29232cdf-9323-42fd-ade2-1d097af3e4de',
      '0997a1d0-0d1d-4acb-b408-d5ca73121e90',
    ])
  })

  it.each<[string, (client: RegisteredClient) => [Record<string, string>, Record<string, string>?]]>([
    ['in the form', (client) => [secretRequest(client)]],
    ['with its id in capitals', (client) => [{ ...secretRequest(client), client_id: client.app.appId.toUpperCase() }]],
    [
      'by HTTP Basic',
      (client) => [
        { grant_type: 'client_credentials', scope: `${EXCHANGE}/.default` },
        { authorization: basic(client.app.appId, client.secret) },
      ],
    ],
    [
      'by HTTP Basic and in the form alike',
      (client) => [secretRequest(client), { authorization: basic(client.app.appId, client.secret) }],
    ],
    [
      'with all that MSAL sends beside it',
      (client) => [
        {
          ...secretRequest(client),
          client_info: '1',
          'x-client-SKU': 'msal.js.node',
          'x-ms-lib-capability': 'retry-after, h429',
          redirect_uri: 'https://nowhere.test',
          claims: '{"access_token":{"xms_cc":{"values":["cp1"]}}}',
        },
      ],
    ],
  ])('is known %s', async (_, how) => {
    const service = await openTokenService()
    const [form, headers = {}] = how(await registerClient(service))
    expect((await post(service, service.tenant.id, form, { headers })).statusCode).toBe(200)
  })

  it('may name the tenant by its domain and the path in any letter case', async () => {
    const service = await openTokenService()
    const client = await registerClient(service)
    const answer = await post(service, 'CONTOSO.test', secretRequest(client))
    expect(claimsOf(answer.json().access_token).tid).toBe(service.tenant.id)
    expect((await post(service, service.tenant.id, secretRequest(client), { endpoint: 'V2.0/Token' })).statusCode).toBe(
      200,
    )
  })

  it('gets the resource as it spelled it for the audience', async () => {
    const service = await openTokenService()
    const client = await registerClient(service)
    for (const resource of ['https://ps.outlook.com', `${EXCHANGE}/`, EXCHANGE_APP, 'https://Outlook.Office.com']) {
      const answer = await post(service, service.tenant.id, { ...secretRequest(client), scope: `${resource}/.default` })
      expect(claimsOf(answer.json().access_token).aud).toBe(resource)
    }
  })

  it.each([1, 2] as const)(
    'gets its roles on an app of the tenant that takes tokens of version %i',
    async (version) => {
      const service = await openTokenService()
      const { directory, tenant } = service
      const client = await registerClient(service)
      const role = '00000000-0000-4000-8000-0000000000bb'
      const api = await directory.apps.create(tenant.id, {
        displayName: 'API',
        identifierUris: ['api://api'],
        properties: {
          api: { requestedAccessTokenVersion: version },
          appRoles: [
            {
              id: role,
              value: 'Work.Do',
              displayName: 'Work',
              description: 'Do the work',
              allowedMemberTypes: ['Application'],
              isEnabled: true,
            },
          ],
        },
      })
      const resource = await directory.servicePrincipals.create(tenant.id, { appId: api.appId })
      const { id: principal } = client.principal
      await directory.assignments.create(tenant.id, { principal, resource: resource.id, appRoleId: role })
      const answer = await post(service, tenant.id, { ...secretRequest(client), scope: 'api://api/.default' })
      const claims = claimsOf(answer.json().access_token)
      expect(claims.roles).toEqual(['Work.Do'])
      expect(claims).toMatchObject(
        version === 1
          ? { ver: '1.0', aud: 'api://api', appid: client.app.appId, iss: `${BASE}/${tenant.id}/` }
          : { ver: '2.0', aud: api.appId, azp: client.app.appId, iss: `${BASE}/${tenant.id}/v2.0` },
      )
    },
  )

  it('is told everything as text at the v1 endpoint', async () => {
    const service = await openTokenService()
    const client = await registerClient(service)
    const { scope: _, ...form } = secretRequest(client)
    const answer = await post(service, service.tenant.id, { ...form, resource: EXCHANGE }, { endpoint: 'token' })
    const now = Math.floor(service.world.now() / 1000)
    expect(answer.json()).toEqual({
      token_type: 'Bearer',
      expires_in: '3599',
      ext_expires_in: '3599',
      expires_on: String(now + 3600),
      not_before: String(now - 300),
      resource: EXCHANGE,
      access_token: expect.any(String),
    })
  })

  it('works in another tenant that took in its app, and not in one that did not', async () => {
    const service = await openTokenService()
    const client = await registerClient(service)
    const other = await service.directory.tenants.create('Fabrikam', 'fabrikam.test')
    expect((await post(service, other.id, secretRequest(client))).json().error_codes).toEqual([700016])
    await service.directory.apps.update(service.tenant.id, client.app.id, { signInAudience: 'AzureADMultipleOrgs' })
    expect((await post(service, other.id, secretRequest(client))).json().error_codes).toEqual([700016])
    const there = await service.directory.servicePrincipals.create(other.id, { appId: client.app.appId })
    const answer = await post(service, other.id, secretRequest(client))
    expect(claimsOf(answer.json().access_token)).toMatchObject({ tid: other.id, oid: there.id })
  })

  it.each(['AzureADMyOrg', 'PersonalMicrosoftAccount'])(
    'works in no other tenant any more once its app is for %s',
    async (signInAudience) => {
      const service = await openTokenService()
      const client = await registerClient(service)
      const { apps, servicePrincipals, tenants } = service.directory
      const other = await tenants.create('Fabrikam', 'fabrikam.test')
      await apps.update(service.tenant.id, client.app.id, { signInAudience: 'AzureADMultipleOrgs' })
      await servicePrincipals.create(other.id, { appId: client.app.appId })
      await apps.update(service.tenant.id, client.app.id, { signInAudience })
      expect((await post(service, other.id, secretRequest(client))).json().error_codes).toEqual([700016])
      expect((await post(service, service.tenant.id, secretRequest(client))).statusCode).toBe(200)
    },
  )
})

const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
