import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../../test/support/server.ts'
import { registerAppWith } from '../../../test/support/directory.ts'
import { silentLog } from '../../core/log.ts'

const EXCHANGE_RECIPIENT_ADMINISTRATOR = '31392ffb-586c-42d1-9346-e59415a2cc4e'
const GLOBAL_READER = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'
const EXCHANGE_ADMINISTRATOR = '29232cdf-9323-42fd-ade2-1d097af3e4de'

interface Page {
  readonly value: readonly { readonly Name: string }[]
  readonly '@adminapi.warnings': readonly string[]
  readonly '@odata.nextLink'?: string
}

const withMailboxes = async (count: number): Promise<OpenServer> => {
  const setup = await openServer()
  for (let n = 1; n <= count; n++) {
    const name = `box${n}`
    const address = `${name}@contoso.test`
    await setup.directory.mailboxes.create(setup.tenant.id, {
      name,
      alias: name,
      displayName: name,
      primarySmtpAddress: address,
      userPrincipalName: address,
      type: 'SharedMailbox',
    })
  }
  return setup
}

const token = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const names = (page: Page) => page.value.map((it) => it.Name)
const pathOf = (link: string) => link.replace('https://localhost:8443', '')

describe('InvokeCommand', () => {
  it('answers in the envelope of the real service', async () => {
    const setup = await withMailboxes(1)
    const answer = await setup.invoke('get-mailbox', { identity: 'box1' })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'content-type':
        'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
      'odata-version': '4.0',
      'rate-limit-limit': '30000',
      'request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(Object.keys(answer.json())).toEqual([
      '@odata.context',
      'adminapi.warnings@odata.type',
      '@adminapi.warnings',
      'value',
    ])
    expect(answer.json()['@odata.context']).toBe(
      `https://localhost:8443/adminapi/beta/${setup.tenant.id}/$metadata#Collection(Exchange.GenericHashTable)`,
    )
  })

  it('answers at v1.0, in any letter case, for the tenant by its domain, and to a compressed body', async () => {
    const setup = await withMailboxes(1)
    const payload = gzipSync(JSON.stringify({ CmdletInput: { CmdletName: 'Get-Mailbox', Parameters: {} } }))
    const answer = await setup.ask('POST', '/AdminApi/V1.0/Contoso.test/invokecommand', {
      payload,
      headers: { 'content-type': 'application/json;odata.metadata=minimal', 'content-encoding': 'gzip' },
    })
    expect(names(answer.json<Page>())).toEqual(['box1'])
  })

  it.each(['', '*', 'Name,*'])('gives every property where $select is %j', async (names) => {
    const setup = await openServer()
    await setup.invoke('New-Mailbox', { Shared: true, Name: 'Info' })
    const answer = await setup.invoke('Get-Mailbox', {}, { query: `?$select=${names}` })
    expect(answer.json<{ value: object[] }>().value).toMatchObject([{ Name: 'Info', Alias: 'Info', IsShared: true }])
  })

  it('gives the properties that $select names, in any case', async () => {
    const setup = await withMailboxes(1)
    const answer = await setup.invoke('Get-Mailbox', {}, { query: '?$select=name,%20Guid' })
    const [mailbox] = answer.json<{ value: object[] }>().value
    expect(Object.keys(mailbox!).sort()).toEqual(['Guid', 'Guid@data.type', 'Name'])
  })

  it('does nothing with -WhatIf', async () => {
    const setup = await withMailboxes(1)
    const answer = await setup.invoke('Remove-Mailbox', { Identity: 'box1', WhatIf: true })
    expect(answer.json()).toMatchObject({ value: [] })
    expect(names((await setup.invoke('Get-Mailbox')).json<Page>())).toEqual(['box1'])
  })

  it.each<[string, string]>([
    ['nothing', ''],
    ['no JSON', '{'],
    ['no object', '[]'],
    ['no input', '{}'],
    ['no name', '{"CmdletInput":{}}'],
    ['parameters of the wrong type', '{"CmdletInput":{"CmdletName":"Get-Mailbox","Parameters":[]}}'],
    ['no UTF-8', '\xff'],
  ])('refuses a body that holds %s', async (_, payload) => {
    const setup = await openServer()
    const answer = await setup.ask('POST', `/adminapi/beta/contoso.test/InvokeCommand`, {
      payload: Buffer.from(payload, 'latin1'),
    })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ error: { code: 'BadRequest', message: 'Error executing cmdlet' } })
  })

  it('answers any parameters with a result or a refusal', async () => {
    const setup = await openServer()
    const bearer = await setup.token()
    const name = fc.constantFrom('Get-Mailbox', 'New-Mailbox', 'Get-MailboxPermission', 'Set-CASMailbox', '', '\0')
    const parameters = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('Identity', 'Name', 'Shared', 'ResultSize', 'Anr')),
      fc.jsonValue({ maxDepth: 2 }),
    )
    await fc.assert(
      fc.asyncProperty(name, parameters, async (cmdlet, given) => {
        expect((await setup.invoke(cmdlet, given, { bearer })).statusCode).toBeLessThan(500)
      }),
      { numRuns: 60 },
    )
  })
})

describe('pages', () => {
  it('follow one another by the same POST, and by GET', async () => {
    const setup = await withMailboxes(5)
    const headers = { prefer: 'odata.maxpagesize=2' }
    const first = await setup.invoke('Get-Mailbox', { ResultSize: 'Unlimited' }, { headers })
    expect(first.headers['preference-applied']).toBe('odata.maxpagesize=2')
    const page = first.json<Page>()
    expect(names(page)).toEqual(['box1', 'box2'])
    expect(page['@adminapi.warnings']).toEqual([])

    const payload = { CmdletInput: { CmdletName: 'Get-Mailbox', Parameters: { ResultSize: 'Unlimited' } } }
    const posted = await setup.ask('POST', pathOf(page['@odata.nextLink']!), { payload, headers })
    expect(names(posted.json<Page>())).toEqual(['box3', 'box4'])
    const got = await setup.ask('GET', pathOf(page['@odata.nextLink']!), { headers })
    expect(got.json()).toEqual(posted.json())
    const last = await setup.ask('GET', pathOf(got.json<Page>()['@odata.nextLink']!), { headers })
    expect(names(last.json<Page>())).toEqual(['box5'])
    expect(last.json()).not.toHaveProperty('@odata.nextLink')
  })

  it('keep to $select', async () => {
    const setup = await withMailboxes(2)
    const headers = { 'x-prefer': 'odata.maxpagesize=1' }
    const first = await setup.invoke('Get-Mailbox', {}, { headers, query: '?$select=Name' })
    const second = await setup.ask('GET', pathOf(first.json<Page>()['@odata.nextLink']!), { headers })
    expect(second.json<Page>().value).toEqual([{ Name: 'box2' }])
  })

  it('end at ResultSize', async () => {
    const setup = await withMailboxes(4)
    const page = (await setup.invoke('Get-Mailbox', { ResultSize: 3 })).json<Page>()
    expect(names(page)).toEqual(['box1', 'box2', 'box3'])
    expect(page).not.toHaveProperty('@odata.nextLink')
  })

  it('are small when nobody asks for large ones, and a warning says so', async () => {
    const setup = await withMailboxes(101)
    const page = (await setup.invoke('Get-Mailbox')).json<Page>()
    expect(page.value).toHaveLength(100)
    expect(page['@adminapi.warnings']).toEqual([expect.stringContaining('@odata.nextLink')])
  })

  it('are refused by GET for a cmdlet that changes something, and for a forged $skiptoken', async () => {
    const setup = await withMailboxes(1)
    const at = `/adminapi/beta/contoso.test/InvokeCommand`
    const removal = { CmdletName: 'Remove-Mailbox', Parameters: { Identity: 'box1' } }
    const queries = ['', '?$skiptoken=x', `?$skiptoken=${token(null)}`, `?$skiptoken=${token({ skip: -1 })}`]
    for (const query of [...queries, `?$skiptoken=${token({ skip: 0, input: removal })}`]) {
      expect((await setup.ask('GET', `${at}${query}`)).statusCode).toBe(400)
    }
    expect(names((await setup.invoke('Get-Mailbox')).json<Page>())).toEqual(['box1'])
  })
})

const outcome = async (setup: OpenServer, bearer: string | undefined, cmdlet = 'Get-Mailbox') => {
  const answer = await setup.invoke(cmdlet, {}, { bearer })
  const { error } = answer.json<{ error?: { details: { message: string }[] } }>()
  return { statusCode: answer.statusCode, headers: answer.headers, message: error?.details[0]?.message ?? '' }
}

describe('who may', () => {
  it('sends a challenge to callers without a valid token', async () => {
    const setup = await openServer()
    const none = await outcome(setup, undefined)
    expect(none).toMatchObject({
      statusCode: 401,
      headers: {
        'www-authenticate': expect.stringMatching(/^Bearer client_id="00000002-0000-0ff1-ce00-000000000000", /),
      },
    })
    expect(none.headers['www-authenticate']).toContain(
      'authorization_uri="https://localhost:8443/common/oauth2/authorize",Basic Realm=""',
    )
    const broken = await outcome(setup, 'x.y.z')
    expect(broken.headers['www-authenticate']).toContain('error="invalid_token",Basic Realm=""')
    const graph = await outcome(setup, await setup.token(setup.admin, 'https://graph.microsoft.com'))
    expect(graph).toMatchObject({
      statusCode: 401,
      headers: {
        'x-ms-diagnostics': `2000003;reason="The audience claim value is invalid 'aud'.";error_category="invalid_resource"`,
      },
    })
  })

  it('refuses an app without a supported directory role, or without the permission', async () => {
    const setup = await openServer()
    const permitted = await registerAppWith(setup, { roles: ['Exchange.ManageAsApp'] })
    const roleless = await outcome(setup, await setup.token(permitted))
    expect(roleless.statusCode).toBe(403)
    expect(roleless.message).toContain(
      `|The role assigned to application ${permitted.appId} isn't supported in this scenario. Please check online documentation for assigning correct Directory Roles to Azure AD Application for EXO App-Only Authentication.`,
    )
    const unconsented = await registerAppWith(setup, { directoryRoles: [EXCHANGE_ADMINISTRATOR] })
    expect((await outcome(setup, await setup.token(unconsented))).statusCode).toBe(403)
  })

  it.each([
    [
      'an Exchange Administrator',
      EXCHANGE_ADMINISTRATOR,
      { 'Get-Mailbox': 200, 'Get-ServicePrincipal': 200, 'New-Mailbox': 400 },
    ],
    [
      'an Exchange Recipient Administrator',
      EXCHANGE_RECIPIENT_ADMINISTRATOR,
      { 'Get-Mailbox': 200, 'Get-ServicePrincipal': 404, 'New-Mailbox': 400 },
    ],
    ['a Global Reader', GLOBAL_READER, { 'Get-Mailbox': 200, 'Get-ServicePrincipal': 200, 'New-Mailbox': 404 }],
  ])('gives %s what the role holds; the rest is not even known', async (_, role, expected) => {
    const setup = await openServer()
    const bearer = await setup.token(
      await registerAppWith(setup, { roles: ['Exchange.ManageAsApp'], directoryRoles: [role] }),
    )
    for (const [cmdlet, status] of Object.entries(expected)) {
      expect([cmdlet, (await outcome(setup, bearer, cmdlet)).statusCode]).toEqual([cmdlet, status])
    }
    const listed = await setup.ask('GET', `/adminapi/beta/contoso.test/EXOModuleFile?Version=3.5.0`, { bearer })
    const [{ exportedCmdlets }] = listed.json<{ value: [{ exportedCmdlets: string[] }] }>().value
    const may = Object.entries(expected).filter(([, status]) => status !== 404)
    expect(exportedCmdlets).toEqual(expect.arrayContaining(may.map(([cmdlet]) => cmdlet)))
  })

  it('opens no other tenant', async () => {
    const setup = await openServer()
    await setup.directory.tenants.create('Fabrikam', 'fabrikam.test')
    const payload = { CmdletInput: { CmdletName: 'Get-Mailbox' } }
    expect((await setup.ask('POST', '/adminapi/beta/fabrikam.test/InvokeCommand', { payload })).statusCode).toBe(401)
  })

  it('quotes what was named up to a bound', async () => {
    const setup = await openServer()
    const payload = { CmdletInput: { CmdletName: 'Get-Mailbox', Parameters: { Identity: 'x'.repeat(500_000) } } }
    const answer = await setup.ask('POST', '/adminapi/beta/contoso.test/InvokeCommand', { payload })
    expect(answer.statusCode).toBe(404)
    expect(JSON.stringify(answer.json()).length).toBeLessThan(4000)
  })

  it('answers an unknown cmdlet as one that the caller may not use', async () => {
    const setup = await openServer()
    const unknown = await outcome(setup, await setup.token(), 'Format-Disk')
    expect(unknown).toMatchObject({ statusCode: 404, message: expect.stringContaining('CommandNotFoundException') })
  })
})

describe('the log', () => {
  it('has one line for each cmdlet that ran, without secrets', async () => {
    const lines: object[] = []
    const note = (fields: object, text: string) => {
      if (text === 'cmdlet') lines.push(fields)
    }
    const log = { ...silentLog, info: note, child: () => log }
    const setup = await openServer(log)
    const Password = 'Correct horse battery staple'
    await setup.invoke('New-Mailbox', { Name: 'Ada', MicrosoftOnlineServicesID: 'ada@contoso.test', Password })
    await setup.invoke('Get-Mailbox', { Identity: 'nobody' })
    expect(lines).toMatchObject([
      {
        cmdlet: 'New-Mailbox',
        parameters: { Name: 'Ada', Password: '(secret)' },
        app: setup.admin.clientId,
        outcome: 'done',
      },
      { cmdlet: 'Get-Mailbox', parameters: { Identity: 'nobody' }, outcome: 'no-such-thing' },
    ])
    expect(JSON.stringify(lines)).not.toContain(Password)
  })
})

describe('the audit', () => {
  it('has what a cmdlet changed, by whom, under the id that the answer names', async () => {
    const setup = await openServer()
    const { directory, tenant, admin } = setup
    const made = await setup.invoke('New-Mailbox', { Shared: true, Name: 'info' })
    const correlation = made.headers['request-id'] as string
    const [latest] = await directory.audits.page(tenant.id, { limit: 1 })
    expect(latest).toMatchObject({
      correlation,
      actor: { kind: 'app', appId: admin.clientId },
      targets: [{ displayName: 'info' }],
    })
  })
})
