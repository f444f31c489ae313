import { describe, expect, it } from 'vitest'
import { secretRequest, openTokenService, post, type TokenService } from '../../../../test/support/token-service.ts'
import { type RegisteredClient, registerClient } from '../../../../test/support/directory.ts'
import { EXCHANGE } from '../../../../test/support/access.ts'
import { DAY } from '../../../core/time.ts'

const EXCHANGE_APP = '00000002-0000-0ff1-ce00-000000000000'

/** Changes to a good request, and the refusal that follows. */
type Spoiling = (made: { service: TokenService; client: RegisteredClient; form: Record<string, string> }) => unknown

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
    [7000222, 'invalid_client', 401, 'with an expired secret', ({ service }) => service.world.advance(731 * DAY)],
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
    const form = secretRequest(client)
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
    expect((await post(service, tenant.id, secretRequest(client))).json()).toMatchObject({
      error: 'invalid_grant',
      error_codes: [501051],
    })
    await directory.assignments.create(tenant.id, {
      principal: client.principal.id,
      resource: exchange!.id,
      appRoleId: '00000000-0000-0000-0000-000000000000',
    })
    expect((await post(service, tenant.id, secretRequest(client))).statusCode).toBe(200)
  })

  it('where the resource is disabled', async () => {
    const service = await openTokenService()
    const { directory, tenant } = service
    const exchange = await directory.servicePrincipals.find(tenant.id, { appId: EXCHANGE_APP })
    await directory.servicePrincipals.update(tenant.id, exchange!.id, { accountEnabled: false })
    expect((await post(service, tenant.id, secretRequest(await registerClient(service)))).json().error_codes).toEqual([
      50001,
    ])
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
    const answer = await post(service, tenant, secretRequest(await registerClient(service)))
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ error: 'invalid_request', error_codes: [code] })
  })
})
