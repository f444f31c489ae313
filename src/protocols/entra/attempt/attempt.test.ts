import { describe, expect, it } from 'vitest'
import { secretRequest, openTokenService, post, type TokenService } from '../../../../test/support/token-service.ts'
import { type RegisteredClient, registerClient } from '../../../../test/support/directory.ts'
import { EXCHANGE } from '../../../../test/support/access.ts'
import { DAY } from '../../../core/time.ts'
import type { SignIn } from '../../../domain/audit/types.ts'

const CORRELATION = '5f2d8a0e-57c5-4a52-8a8d-0a8f3c7f9b11'
const EXCHANGE_APP = '00000002-0000-0ff1-ce00-000000000000'

async function latest({ signIns, tenant }: TokenService): Promise<SignIn | undefined> {
  await signIns.settled()
  return (await signIns.recent(tenant.id, 1))[0]
}

describe('a token request', () => {
  it('that is granted is on record with its credential, its resource and the checks that it passed', async () => {
    const service = await openTokenService()
    const client = await registerClient(service)
    await post(service, service.tenant.id, secretRequest(client), { headers: { 'client-request-id': CORRELATION } })
    const app = await service.directory.apps.find(service.tenant.id, { id: client.app.id })
    expect(await latest(service)).toMatchObject({
      tenant: service.tenant.id,
      protocol: 'entra',
      kind: 'servicePrincipal',
      app: { appId: client.app.appId, id: client.app.id },
      appDisplayName: client.principal.displayName,
      resource: { id: EXCHANGE_APP },
      from: '127.0.0.1',
      authentication: 'OAuth',
      credential: { kind: 'secret', keyId: app!.secrets[0]!.keyId },
      outcome: 'granted',
      errorCode: 0,
      failureReason: undefined,
      checks: [
        { name: 'tenant', ok: true },
        { name: 'client', ok: true },
        { name: 'clientCredential', ok: true },
        { name: 'resource', ok: true },
        { name: 'consent', ok: true },
      ],
      failed: undefined,
      fix: [],
      wire: '200 OK',
      correlation: CORRELATION,
    })
  })

  it('without a correlation id of its own is found by the one that the answer told', async () => {
    const service = await openTokenService()
    const answer = await post(
      service,
      service.tenant.id,
      secretRequest({ ...(await registerClient(service)), secret: 'x' }),
    )
    expect((await latest(service))?.correlation).toBe(answer.json().correlation_id)
  })

  it('shares its record with equal ones of the same minute, granted or refused', async () => {
    const service = await openTokenService()
    const client = await registerClient(service)
    const wrong = { ...secretRequest(client), client_secret: 'wrong' }
    for (let round = 0; round < 3; round++) {
      await post(service, service.tenant.id, secretRequest(client))
      await post(service, service.tenant.id, wrong)
    }
    await service.signIns.settled()
    const records = await service.signIns.recent(service.tenant.id, 10)
    expect(Object.fromEntries(records.map(({ outcome, count }) => [outcome, count]))).toEqual({
      granted: 3,
      refused: 3,
    })
  })

  it('that is refused names the check that failed, and nothing that it was sent as a secret', async () => {
    const service = await openTokenService()
    const client = await registerClient(service)
    await post(service, service.tenant.id, { ...secretRequest(client), client_secret: 'a wrong secret' })
    const record = await latest(service)
    expect(record).toMatchObject({
      outcome: 'refused',
      errorCode: 7000215,
      failed: 'clientCredential',
      credential: { kind: 'secret', keyId: undefined },
      wire: '401 invalid_client AADSTS7000215',
    })
    expect(record?.checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['tenant', true],
      ['clientCredential', false],
    ])
    expect(JSON.stringify(record)).not.toContain('a wrong secret')
  })

  it.each<[string, (client: RegisteredClient, keyId: string) => string, string]>([
    ['a wrong secret', () => 'wrong', 'The value matches no secret of the app.'],
    [
      'the id of a secret',
      (_, keyId) => keyId,
      "The client sent the id of a secret ('Secret ID', keyId) in place of its value.",
    ],
  ])('with %s tells the administrator, and not the client, which mistake it was', async (_, sent, remark) => {
    const service = await openTokenService()
    const client = await registerClient(service)
    const app = await service.directory.apps.find(service.tenant.id, { id: client.app.id })
    const client_secret = sent(client, app!.secrets[0]!.keyId)
    const answer = await post(service, service.tenant.id, { ...secretRequest(client), client_secret })
    expect((await latest(service))?.checks.at(-1)?.evidence).toContain(remark)
    expect(answer.body).not.toContain(remark)
  })

  it('that is refused before its grant is known is on record in the tenant of its path', async () => {
    const service = await openTokenService()
    await post(service, 'Contoso.test', { grant_type: 'magic' })
    expect(await latest(service)).toMatchObject({
      tenant: service.tenant.id,
      errorCode: 70003,
      failed: 'grant',
      failureReason: "The app requested an unsupported grant type '{…}'.",
      app: undefined,
    })
  })

  it('over a path that many tenants share is on record where the app is registered', async () => {
    const service = await openTokenService()
    const client = await registerClient(service)
    const form = { ...secretRequest(client), grant_type: 'refresh_token', refresh_token: 'x' }
    const answer = await post(service, 'organizations', form)
    expect(answer.json().error_codes).toEqual([50194])
    expect(await latest(service)).toMatchObject({ errorCode: 50194, failed: 'client', app: { id: client.app.id } })
  })

  it('that was not understood fails no check', async () => {
    const service = await openTokenService()
    await post(service, service.tenant.id, '')
    expect(await latest(service)).toMatchObject({ errorCode: 900144, failed: undefined, fix: [] })
  })

  it('to an unknown tenant is on record in the only tenant, and in none if there are two', async () => {
    const service = await openTokenService()
    await post(service, 'nowhere.test', { grant_type: 'client_credentials' })
    expect(await latest(service)).toMatchObject({ errorCode: 90002, failed: 'tenant', app: undefined })
    await service.directory.tenants.create('Fabrikam', 'fabrikam.test')
    await post(service, 'elsewhere.test', { grant_type: 'client_credentials' })
    expect((await latest(service))?.checks.at(-1)?.evidence).toContain("'nowhere.test'")
  })
})

describe('what fixes a refusal', () => {
  type Breaking = (made: { service: TokenService; client: RegisteredClient; form: Record<string, string> }) => unknown

  it.each<[number, Breaking, (made: { client: RegisteredClient; exchange: string }) => readonly string[]]>([
    [
      7000222,
      ({ service }) => service.world.advance(731 * DAY),
      ({ client }) => [`postern Add-MgApplicationPassword -ApplicationId ${client.app.id}`],
    ],
    [
      7000216,
      ({ form }) => delete form.client_secret,
      ({ client }) => [`postern Add-MgApplicationPassword -ApplicationId ${client.app.id}`],
    ],
    [
      700016,
      ({ form }) => (form.client_id = '11111111-1111-4111-8111-111111111111'),
      () => ['postern Get-MgApplication'],
    ],
    [
      7000229,
      ({ service, client }) => service.directory.servicePrincipals.remove(service.tenant.id, client.principal.id),
      ({ client }) => [`postern New-MgServicePrincipal -AppId ${client.app.appId}`],
    ],
    [
      7000112,
      ({ service, client }) =>
        service.directory.servicePrincipals.update(service.tenant.id, client.principal.id, { accountEnabled: false }),
      ({ client }) => [`postern Update-MgServicePrincipal -ServicePrincipalId ${client.principal.id} -AccountEnabled`],
    ],
    [500011, ({ form }) => (form.scope = 'https://nowhere.test/.default'), () => ['postern Get-MgServicePrincipal']],
    [
      501051,
      async ({ service: { directory, tenant } }) => {
        const exchange = await directory.servicePrincipals.find(tenant.id, { appId: EXCHANGE_APP })
        await directory.servicePrincipals.update(tenant.id, exchange!.id, { appRoleAssignmentRequired: true })
      },
      ({ client, exchange }) => [
        `postern New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId ${client.principal.id} ` +
          `-PrincipalId ${client.principal.id} -ResourceId ${exchange} -AppRoleId 00000000-0000-0000-0000-000000000000`,
      ],
    ],
  ])('is said beside AADSTS%i', async (code, breaking, fix) => {
    const service = await openTokenService()
    const client = await registerClient(service)
    const form = { ...secretRequest(client), scope: `${EXCHANGE}/.default` }
    await breaking({ service, client, form })
    await post(service, service.tenant.id, form)
    const exchange = await service.directory.servicePrincipals.find(service.tenant.id, { appId: EXCHANGE_APP })
    const record = await latest(service)
    expect(record).toMatchObject({ errorCode: code, fix: fix({ client, exchange: exchange!.id }) })
  })
})
