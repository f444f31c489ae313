import { describe, expect, it } from 'vitest'
import { openServer } from '../../../test/support/server.ts'

const cmdlet = (CmdletName: string, Parameters: object = {}) => ({ CmdletInput: { CmdletName, Parameters } })

/** Requests as scripts in the field send them: docs/reference/exchange-admin.md §9.1. */
describe('scripts that speak to InvokeCommand', () => {
  it('name a mailbox to anchor on, ask for a thousand, and follow the link by the same POST', async () => {
    const context = await openServer()
    for (const Name of ['one', 'two']) await context.invoke('New-Mailbox', { Shared: true, Name })
    const sent = {
      payload: JSON.stringify(cmdlet('Get-Mailbox', { ResultSize: 'Unlimited' })),
      headers: {
        prefer: 'odata.maxpagesize=1',
        'x-anchormailbox': `APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@${context.tenant.id}`,
        'content-type': 'application/json; charset=utf-8',
      },
    }
    const found: unknown[] = []
    let url = `/adminapi/beta/${context.tenant.id}/InvokeCommand?$select=Name,PrimarySmtpAddress`
    while (url !== '') {
      const page = (await context.ask('POST', url, sent)).json<{ value: object[]; '@odata.nextLink'?: string }>()
      found.push(...page.value)
      url = page['@odata.nextLink']?.replace('https://localhost:8443', '') ?? ''
    }
    expect(found).toEqual([
      { Name: 'one', PrimarySmtpAddress: 'one@contoso.test' },
      { Name: 'two', PrimarySmtpAddress: 'two@contoso.test' },
    ])
  })

  it('say that the body is coded as utf-8, name a connection and a client, and read the allowance', async () => {
    const context = await openServer()
    const answer = await context.ask('POST', `/adminapi/v1.0/contoso.test/InvokeCommand`, {
      payload: JSON.stringify(cmdlet('Get-ServicePrincipal'), undefined, 2),
      headers: {
        'content-type': 'application/json',
        'content-encoding': 'utf-8',
        'x-cmdletname': 'Get-ServicePrincipal',
        'x-clientapplication': 'ExoHelper',
        'x-serializationlevel': 'Partial',
        'x-responseformat': 'json',
        'connection-id': '6f3a2c1e-0a3f-4a55-9c34-1a0a4f6f1f00',
        'client-request-id': '6f3a2c1e-0a3f-4a55-9c34-1a0a4f6f1f01',
        'accept-charset': 'UTF-8',
        'accept-encoding': 'gzip',
        warningaction: 'Continue',
        prefer: 'odata.maxpagesize=100',
      },
    })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'preference-applied': 'odata.maxpagesize=100',
      'rate-limit-remaining': '30000',
      'rate-limit-reset': expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      'x-exchangeversion': '15.20',
    })
    expect(answer.json()).toMatchObject({ '@adminapi.warnings': [] })
  })

  it('ask which cmdlets they have', async () => {
    const context = await openServer()
    const answer = await context.ask('GET', `/adminapi/v1.0/${context.tenant.id}/EXOModuleFile?Version=3.7.1`, {
      headers: { commandname: '*', prefer: 'odata.maxpagesize=1000' },
    })
    const [file] = answer.json<{ value: [{ exportedCmdlets: string[] }] }>().value
    expect(file.exportedCmdlets).toEqual(expect.arrayContaining(['Get-Mailbox', 'New-ServicePrincipal']))
  })

  it('ask for clixml, and are told that they get JSON', async () => {
    const context = await openServer()
    const answer = await context.invoke('Get-Mailbox', {}, { headers: { 'x-responseformat': 'clixml' } })
    expect(answer.json()).toMatchObject({ '@adminapi.warnings': [expect.stringContaining('clixml')], value: [] })
    expect(answer.headers['content-type']).toContain('application/json')
  })

  it('decorate hashtables, leave parameters empty, and write names in any case', async () => {
    const context = await openServer()
    const Parameters = {
      '@odata.type': '#Exchange.GenericHashTable',
      IDENTITY: 'nobody',
      anr: null,
      errorAction: 'Stop',
    }
    expect((await context.invoke('GET-MAILBOX', Parameters)).statusCode).toBe(404)
  })

  it('encrypt a password for the real service, and are told to send it in clear', async () => {
    const context = await openServer()
    const Password = Buffer.alloc(256, 7).toString('base64')
    const given = { Name: 'ada', MicrosoftOnlineServicesID: 'ada@contoso.test' }
    const refused = await context.invoke('New-Mailbox', { ...given, Password })
    expect(refused.statusCode).toBe(400)
    expect(JSON.stringify(refused.json())).toContain('not one encrypted for Exchange Online')
    expect(JSON.stringify(refused.json())).not.toContain(Password)
    expect((await context.invoke('New-Mailbox', { ...given, Password: 'Correct-Horse-7' })).statusCode).toBe(200)
  })
})

describe('what a script gets wrong', () => {
  it.each<[string, string, object, number, string]>([
    ['an unknown cmdlet', 'Get-Mailboxes', {}, 404, 'CommandNotFoundException'],
    ['an unknown parameter', 'Get-Mailbox', { Identty: 'x' }, 400, 'ParameterBindingException'],
    ['a parameter twice', 'Get-Mailbox', { Identity: 'x', identity: 'y' }, 400, 'ParameterBindingException'],
    [
      'a value of the wrong type',
      'Set-CASMailbox',
      { Identity: 'x', ImapEnabled: {} },
      400,
      'ParameterBindingException',
    ],
    ['a missing parameter', 'Remove-Mailbox', {}, 400, 'ParameterBindingException'],
    ['a name that two have', 'Set-CASMailbox', { Identity: 'Reception' }, 400, 'ManagementObjectAmbiguousException'],
    ['a name that is taken', 'New-Mailbox', { Shared: true, Name: 'one' }, 400, 'ADObjectAlreadyExistsException'],
    ['an object that is not there', 'Get-Mailbox', { Identity: 'x' }, 404, 'ManagementObjectNotFoundException'],
  ])('is told of: %s', async (_, name, Parameters, status, exception) => {
    const context = await openServer()
    for (const Name of ['one', 'two'])
      await context.invoke('New-Mailbox', { Shared: true, Name, DisplayName: 'Reception' })
    const answer = await context.invoke(name, Parameters)
    expect(answer.statusCode).toBe(status)
    const { error } = answer.json<{ error: { details: { message: string }[] } }>()
    expect(error.details[0]!.message).toMatch(new RegExp(`^Ex[0-9A-F]{6}\\|[\\w.]+\\.${exception}\\|.`))
  })

  it.each<[string, object, string]>([
    [
      'Get-Mailboxes',
      {},
      "|System.Management.Automation.CommandNotFoundException|The term 'Get-Mailboxes' is not recognized as the name of a cmdlet, function,",
    ],
    ['Get-Mailbox', { Identty: 'x' }, "|A parameter cannot be found that matches parameter name 'Identty'."],
    [
      'Get-Mailbox',
      { Identity: 'x', identity: 'y' },
      "|Cannot bind parameter because parameter 'Identity' is specified more than once.",
    ],
    [
      'Add-RecipientPermission',
      { Identity: 'x' },
      '|Cannot process command because of one or more missing mandatory parameters: AccessRights Trustee.',
    ],
    [
      'Set-CASMailbox',
      { Identity: 'x', ImapEnabled: 'perhaps' },
      "|Cannot process argument transformation on parameter 'ImapEnabled'.",
    ],
    [
      'Get-Mailbox',
      { Identity: 'x' },
      "Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|The operation couldn't be performed because object 'x' couldn't be found on '",
    ],
    [
      'New-Mailbox',
      { Shared: true, Name: 'two', PrimarySmtpAddress: 'one@contoso.test' },
      'ExB10BE9|Microsoft.Exchange.Management.Tasks.WLCDManagedMemberExistsException|The proxy address "SMTP:one@contoso.test" is already being used by the proxy addresses or LegacyExchangeDN.',
    ],
  ])('%s %j is answered in the words that scripts look for', async (name, Parameters, words) => {
    const context = await openServer()
    await context.invoke('New-Mailbox', { Shared: true, Name: 'one' })
    const { error } = (await context.invoke(name, Parameters)).json<{ error: { details: { message: string }[] } }>()
    expect(error.details[0]!.message).toContain(words)
  })

  it('has the same id for the same error, whatever it names', async () => {
    const context = await openServer()
    const idFor = async (parameter: string) => {
      const answer = await context.invoke('Get-Mailbox', { [parameter]: 'x' })
      return answer.json<{ error: { details: { message: string }[] } }>().error.details[0]!.message.split('|')[0]
    }
    expect(await idFor('Identty')).toBe(await idFor('Nonsense'))
  })
})
