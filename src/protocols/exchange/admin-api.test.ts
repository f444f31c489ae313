import { describe, expect, it, onTestFinished } from 'vitest'
import { openServer } from '../../../test/support/server.ts'
import { registerAppWith } from '../../../test/support/directory.ts'
import { type AtEnd, openOnce } from '../../../test/support/lifecycle.ts'
import { silentLog } from '../../core/log.ts'

const EXCHANGE_ADMINISTRATOR = '29232cdf-9323-42fd-ade2-1d097af3e4de'
const GLOBAL_READER = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'

interface Asked {
  readonly endpoint: string
  readonly cmdlet: string
  readonly parameters?: object
  readonly roles?: readonly string[]
  readonly directoryRole?: string
}

/** Version 2 of the API, for an app with its permission and a directory role unless said otherwise. */
async function openEndpoints(atEnd: AtEnd = onTestFinished) {
  const context = await openServer(silentLog, {}, atEnd)
  for (const Name of ['info', 'reader']) await context.invoke('New-Mailbox', { Shared: true, Name })
  async function ask({ endpoint, cmdlet, parameters = {}, roles, directoryRole = EXCHANGE_ADMINISTRATOR }: Asked) {
    const held = { roles: roles ?? ['Exchange.ManageAsAppV2'], directoryRoles: directoryRole ? [directoryRole] : [] }
    const answer = await context.ask('POST', `/adminapi/v2.0/${context.tenant.id}/${endpoint}`, {
      bearer: await context.token(await registerAppWith(context, held)),
      payload: { CmdletInput: { CmdletName: cmdlet, Parameters: parameters } },
    })
    return { status: answer.statusCode, text: answer.rawPayload.toString('utf8') }
  }
  return { context, ask }
}

describe('the Exchange Online Admin API', () => {
  const opened = openOnce(openEndpoints)

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
    ['a caller without a role', { endpoint: 'Mailbox', cmdlet: 'Get-Mailbox', directoryRole: '' }, 403],
  ])('refuses %s', async (_, asked, status) => {
    expect((await opened().ask(asked)).status).toBe(status)
  })

  it('accepts its own permission and no other; only POST is supported', async () => {
    const { context } = await openEndpoints()
    const directoryRoles = [EXCHANGE_ADMINISTRATOR]
    const manager = await registerAppWith(context, { roles: ['Exchange.ManageAsAppV2'], directoryRoles })
    const payload = { CmdletInput: { CmdletName: 'Get-Mailbox' } }
    const place = '/adminapi/v2.0/contoso.test/Mailbox'
    const bearer = await context.token(manager)
    expect((await context.ask('POST', place, { payload, bearer })).json()).toMatchObject({
      value: [{ Name: 'info' }, {}],
    })
    expect((await context.invoke('Get-Mailbox', {}, { bearer })).statusCode).toBe(403)
    const refused = await context.ask('POST', place, { payload })
    expect(refused.statusCode).toBe(403)
    expect(JSON.stringify(refused.json())).toContain('Exchange.ManageAsAppV2')
    expect((await context.ask('GET', place, { bearer })).statusCode).toBe(404)
  })
})
