import { describe, expect, it } from 'vitest'
import {
  asking,
  BASE,
  type Client,
  EXCHANGE,
  openTokenService,
  post,
  registerClient,
} from '../../../../test/support/token-service.ts'
import type { TokenService } from '../../../../test/support/token-service.ts'

const IMAP_ROLE = '5e5addcd-3e8d-4e90-baf5-964efab2b20a'
const EXCHANGE_APP = '00000002-0000-0ff1-ce00-000000000000'

async function consent({ directory, tenant }: TokenService, { principal }: Client, appRoleId = IMAP_ROLE) {
  const exchange = await directory.servicePrincipals.find(tenant.id, { appId: EXCHANGE_APP })
  return directory.assignments.create(tenant.id, { principal: principal.id, resource: exchange!.id, appRoleId })
}

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

describe('a client with its secret', () => {
  it('gets a token that Exchange would take', async () => {
    const service = await openTokenService()
    const client = await registerClient(service)
    await consent(service, client)
    const answer = await post(service, service.tenant.id, asking(client))
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
    const answer = await post(service, service.tenant.id, asking(await registerClient(service)))
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
    const answer = await post(service, service.tenant.id, asking(client))
    expect(claimsOf(answer.json().access_token).wids).toEqual([
      '29232cdf-9323-42fd-ade2-1d097af3e4de',
      '0997a1d0-0d1d-4acb-b408-d5ca73121e90',
    ])
  })

  it.each<[string, (client: Client) => [Record<string, string>, Record<string, string>?]]>([
    ['in the form', (client) => [asking(client)]],
    ['with its id in capitals', (client) => [{ ...asking(client), client_id: client.app.appId.toUpperCase() }]],
    [
      'by HTTP Basic',
      (client) => [
        { grant_type: 'client_credentials', scope: `${EXCHANGE}/.default` },
        { authorization: basic(client.app.appId, client.secret) },
      ],
    ],
    [
      'by HTTP Basic and in the form alike',
      (client) => [asking(client), { authorization: basic(client.app.appId, client.secret) }],
    ],
    [
      'with all that MSAL sends beside it',
      (client) => [
        {
          ...asking(client),
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
    const answer = await post(service, 'CONTOSO.test', asking(client))
    expect(claimsOf(answer.json().access_token).tid).toBe(service.tenant.id)
    expect((await post(service, service.tenant.id, asking(client), { endpoint: 'V2.0/Token' })).statusCode).toBe(200)
  })

  it('gets the resource as it spelled it for the audience', async () => {
    const service = await openTokenService()
    const client = await registerClient(service)
    for (const resource of ['https://ps.outlook.com', `${EXCHANGE}/`, EXCHANGE_APP, 'https://Outlook.Office.com']) {
      const answer = await post(service, service.tenant.id, { ...asking(client), scope: `${resource}/.default` })
      expect(claimsOf(answer.json().access_token).aud).toBe(resource)
    }
  })

  it('is told everything as text at the v1 endpoint', async () => {
    const service = await openTokenService()
    const client = await registerClient(service)
    const { scope: _, ...form } = asking(client)
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
    expect((await post(service, other.id, asking(client))).json().error_codes).toEqual([700016])
    await service.directory.apps.update(service.tenant.id, client.app.id, { signInAudience: 'AzureADMultipleOrgs' })
    expect((await post(service, other.id, asking(client))).json().error_codes).toEqual([700016])
    const there = await service.directory.servicePrincipals.create(other.id, { appId: client.app.appId })
    const answer = await post(service, other.id, asking(client))
    expect(claimsOf(answer.json().access_token)).toMatchObject({ tid: other.id, oid: there.id })
  })
})

const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`

/** What is done to a good request, and the refusal that follows. */
type Spoiling = (made: { service: TokenService; client: Client; form: Record<string, string> }) => unknown

describe('a token request is refused', () => {
  it.each<[number, string, number, string, Spoiling]>([
    [900144, 'invalid_request', 400, 'without grant_type', ({ form }) => delete form.grant_type],
    [900144, 'invalid_request', 400, 'with an empty grant_type', ({ form }) => (form.grant_type = '')],
    [
      70003,
      'unsupported_grant_type',
      400,
      'with a grant that is not offered',
      ({ form }) => (form.grant_type = 'password'),
    ],
    [
      70003,
      'unsupported_grant_type',
      400,
      'with a grant of that name on every object',
      ({ form }) => (form.grant_type = 'toString'),
    ],
    [900144, 'invalid_request', 400, 'without client_id', ({ form }) => delete form.client_id],
    [900144, 'invalid_request', 400, 'without scope', ({ form }) => delete form.scope],
    [901002, 'invalid_request', 400, 'with resource at the v2 endpoint', ({ form }) => (form.resource = EXCHANGE)],
    [1002012, 'invalid_scope', 400, 'with a named scope', ({ form }) => (form.scope = `${EXCHANGE}/IMAP.AccessAsApp`)],
    [
      700022,
      'invalid_request',
      400,
      'for two resources',
      ({ form }) => (form.scope = `${EXCHANGE}/.default https://graph.microsoft.com/.default`),
    ],
    [
      70011,
      'invalid_scope',
      400,
      'with .default among others',
      ({ form }) => (form.scope = `${EXCHANGE}/.default ${EXCHANGE}/SMTP.Send`),
    ],
    [
      500011,
      'invalid_resource',
      400,
      'for an unknown resource',
      ({ form }) => (form.scope = 'https://nowhere.test/.default'),
    ],
    [
      700016,
      'unauthorized_client',
      400,
      'by an unknown app',
      ({ form }) => (form.client_id = '11111111-1111-1111-1111-111111111111'),
    ],
    [700016, 'unauthorized_client', 400, 'by what is no client id', ({ form }) => (form.client_id = 'me')],
    [
      700016,
      'unauthorized_client',
      400,
      "with the app's object id",
      ({ form, client }) => (form.client_id = client.app.id),
    ],
    [7000216, 'invalid_client', 401, 'without any credential', ({ form }) => delete form.client_secret],
    [7000215, 'invalid_client', 401, 'with a wrong secret', ({ form }) => (form.client_secret += 'x')],
    [
      7000215,
      'invalid_client',
      401,
      "with the secret's id",
      async ({ service, client, form }) => {
        const app = await service.directory.apps.find(service.tenant.id, { id: client.app.id })
        form.client_secret = app!.secrets[0]!.keyId
      },
    ],
    [
      7000222,
      'invalid_client',
      401,
      'with an expired secret',
      ({ service }) => service.world.advance(731 * 86_400_000),
    ],
    [9002313, 'invalid_request', 400, 'with a secret and an assertion', ({ form }) => (form.client_assertion = 'x')],
    [
      900144,
      'invalid_request',
      400,
      'with an assertion of no type',
      ({ form }) => {
        delete form.client_secret
        form.client_assertion = 'x'
      },
    ],
    [
      9002313,
      'invalid_request',
      400,
      'with an assertion of another type',
      ({ form }) => {
        delete form.client_secret
        form.client_assertion = 'x'
        form.client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer'
      },
    ],
    [
      7000112,
      'unauthorized_client',
      401,
      'by a disabled service principal',
      ({ service, client }) =>
        service.directory.servicePrincipals.update(service.tenant.id, client.principal.id, { accountEnabled: false }),
    ],
    [
      7000229,
      'unauthorized_client',
      400,
      'by an app without a service principal',
      ({ service, client }) => service.directory.servicePrincipals.remove(service.tenant.id, client.principal.id),
    ],
    [
      700016,
      'unauthorized_client',
      400,
      'by an app that is gone',
      ({ service, client }) => service.directory.apps.remove(service.tenant.id, client.app.id),
    ],
  ])('with AADSTS%i %s (%i) %s', async (code, error, status, _, spoil) => {
    const service = await openTokenService()
    const client = await registerClient(service)
    const form = asking(client)
    await spoil({ service, client, form })
    const answer = await post(service, service.tenant.id, form)
    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toMatchObject({ error, error_codes: [code] })
    expect(answer.body).not.toContain(client.secret)
  })

  it('where the resource insists that its callers are assigned to it', async () => {
    const service = await openTokenService()
    const { directory, tenant } = service
    const client = await registerClient(service)
    const exchange = await directory.servicePrincipals.find(tenant.id, { appId: EXCHANGE_APP })
    await directory.servicePrincipals.update(tenant.id, exchange!.id, { appRoleAssignmentRequired: true })
    expect((await post(service, tenant.id, asking(client))).json()).toMatchObject({
      error: 'invalid_grant',
      error_codes: [501051],
    })
    await consent(service, client, '00000000-0000-0000-0000-000000000000')
    expect((await post(service, tenant.id, asking(client))).statusCode).toBe(200)
  })

  it('where the resource is disabled', async () => {
    const service = await openTokenService()
    const { directory, tenant } = service
    const exchange = await directory.servicePrincipals.find(tenant.id, { appId: EXCHANGE_APP })
    await directory.servicePrincipals.update(tenant.id, exchange!.id, { accountEnabled: false })
    expect((await post(service, tenant.id, asking(await registerClient(service)))).json().error_codes).toEqual([50001])
  })

  it.each([
    ['common', 50059],
    ['organizations', 50059],
    ['Consumers', 9001023],
    ['11111111-1111-1111-1111-111111111111', 90002],
    ['nowhere.test', 90002],
    ['nowhere', 900023],
    ['a..b', 900023],
    ['%3Cscript%3E', 900023],
  ])('in the tenant %s, with AADSTS%i', async (tenant, code) => {
    const service = await openTokenService()
    const answer = await post(service, tenant, asking(await registerClient(service)))
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ error: 'invalid_request', error_codes: [code] })
  })
})
