import { describe, expect, it } from 'vitest'
import { openAdminHouse, registerAppWith } from '../../../test/support/admin-house.ts'
import type { AppCaller } from '../../access/types.ts'
import type { HttpAnswer } from '../../core/http.ts'
import { exchangeService } from './service.ts'

const EXCHANGE_ADMINISTRATOR = '29232cdf-9323-42fd-ade2-1d097af3e4de'
const GLOBAL_READER = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'

interface Asked {
  readonly endpoint: string
  readonly cmdlet: string
  readonly parameters?: object
  readonly roles?: readonly string[]
  readonly directoryRole?: string
}

const absent = () => Promise.reject(new Error('not asked for here'))

/** Version 2 of the API over a real directory, for a caller who holds what nobody can be granted yet. */
async function openEndpoints() {
  const house = await openAdminHouse()
  const { directory, tenant, world } = house
  for (const Name of ['info', 'reader']) await house.invoke('New-Mailbox', { Shared: true, Name })
  const { objectId } = await registerAppWith(house, {})
  const principal = (await directory.servicePrincipals.find(tenant.id, { id: objectId }))!

  async function ask({ endpoint, cmdlet, parameters = {}, ...held }: Asked) {
    const { roles = ['Exchange.ManageAsAppV2'], directoryRole = EXCHANGE_ADMINISTRATOR } = held
    const caller: AppCaller = {
      kind: 'app',
      tenant: tenant.id,
      appId: principal.appId,
      appDisplayName: 'Manager',
      servicePrincipal: principal.id,
      directoryRoles: new Set([directoryRole]),
      roles: new Set(roles),
    }
    const service = exchangeService({
      access: {
        authorize: async () => caller,
        enter: absent,
        unread: absent,
        unpermitted: absent,
        lend: absent,
        administer: absent,
        foresee: absent,
        foreseePassword: absent,
      },
      directory,
      mail: {
        erase: absent,
        open: absent,
        quotaLimits: async (ids) => new Map(ids.map((id) => [id, {}] as never)),
        setQuota: absent,
      },
      signIns: { page: async () => [] },
      traces: { page: absent },
      world,
      unknownServicePrincipal: 'error',
    })
    const route = service.routes.find(({ path }) => path === '/adminapi/v2.0/:tenant/:endpoint')!
    const request = {
      method: 'POST',
      path: `/adminapi/v2.0/${tenant.id}/${endpoint}`,
      params: { tenant: tenant.id, endpoint },
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.from(JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters: parameters } })),
      from: '127.0.0.1',
      base: 'https://localhost:8443',
      id: world.guid(),
      log: { debug() {}, info() {}, warn() {}, error() {}, child: () => absent() as never },
    }
    const answer: HttpAnswer = await route.run(request).catch((thrown: unknown) => service.failure(thrown, request))
    return { status: answer.status, text: JSON.stringify(answer.body) }
  }
  return { house, ask }
}

describe('the Exchange Online Admin API', () => {
  it('runs the cmdlets of each endpoint, in the envelope of InvokeCommand', async () => {
    const { ask } = await openEndpoints()
    const got = await ask({ endpoint: 'Mailbox', cmdlet: 'Get-Mailbox', parameters: { Identity: 'info' } })
    expect(got.status).toBe(200)
    expect(JSON.parse(got.text)).toMatchObject({ '@adminapi.warnings': [], value: [{ Name: 'info' }] })
    expect((await ask({ endpoint: 'organizationconfig', cmdlet: 'get-organizationconfig' })).status).toBe(200)
    const domains = await ask({ endpoint: 'AcceptedDomain', cmdlet: 'Get-AcceptedDomain' })
    expect(JSON.parse(domains.text)).toMatchObject({ value: [{ DomainName: 'contoso.test' }] })
    const dynamic = { endpoint: 'DynamicDistributionGroupMember', cmdlet: 'Get-DynamicDistributionGroupMember' }
    expect((await ask({ ...dynamic, parameters: { Identity: 'nobody' } })).text).toContain("object 'nobody' couldn't")
    const parameters = { Identity: 'info', GrantSendOnBehalfTo: ['reader'] }
    expect((await ask({ endpoint: 'Mailbox', cmdlet: 'Set-Mailbox', parameters })).status).toBe(200)
  })

  it.each<[string, Asked, number]>([
    ['a cmdlet of another endpoint', { endpoint: 'Mailbox', cmdlet: 'Get-OrganizationConfig' }, 404],
    ['a cmdlet of none', { endpoint: 'Mailbox', cmdlet: 'Remove-Mailbox' }, 404],
    ['an unknown endpoint', { endpoint: 'constructor', cmdlet: 'Get-Mailbox' }, 404],
    [
      'another parameter than the endpoint takes',
      { endpoint: 'Mailbox', cmdlet: 'Set-Mailbox', parameters: { Identity: 'info', DisplayName: 'x' } },
      400,
    ],
    [
      'a caller with the permission of the other API',
      { endpoint: 'Mailbox', cmdlet: 'Get-Mailbox', roles: ['Exchange.ManageAsApp'] },
      403,
    ],
    [
      'a cmdlet that the role does not hold',
      { endpoint: 'Mailbox', cmdlet: 'Set-Mailbox', parameters: { Identity: 'info' }, directoryRole: GLOBAL_READER },
      404,
    ],
    ['a caller without a role', { endpoint: 'Mailbox', cmdlet: 'Get-Mailbox', directoryRole: 'none' }, 403],
  ])('refuses %s', async (_, asked, status) => {
    const { ask } = await openEndpoints()
    expect((await ask(asked)).status).toBe(status)
  })

  it('is closed to everybody as long as nobody can be granted its permission, and is asked by POST alone', async () => {
    const { house } = await openEndpoints()
    const payload = { CmdletInput: { CmdletName: 'Get-Mailbox' } }
    const refused = await house.ask('POST', '/adminapi/v2.0/contoso.test/Mailbox', { payload })
    expect(refused.statusCode).toBe(403)
    expect(JSON.stringify(refused.json())).toContain('Exchange.ManageAsAppV2')
    expect((await house.ask('GET', '/adminapi/v2.0/contoso.test/Mailbox')).statusCode).toBe(404)
  })
})
