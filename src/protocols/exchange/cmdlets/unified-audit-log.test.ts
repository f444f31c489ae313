import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../../../test/support/server.ts'
import { HOUR } from '../../../core/time.ts'

interface Row {
  readonly Operations: string
  readonly UserIds: string
  readonly RecordType: string
  readonly ResultIndex: number
  readonly ResultCount: number
  readonly AuditData: string
  readonly CreationDate: string
}

const span = { StartDate: '2026-11-01', EndDate: '2027-01-01' }

async function search(context: OpenServer, parameters: object = {}, asked: object = {}): Promise<readonly Row[]> {
  await context.settled()
  const answer = await context.invoke('Search-UnifiedAuditLog', { ...span, ...parameters }, asked)
  expect(answer.statusCode).toBe(200)
  return answer.json<{ value: Row[] }>().value
}
const operations = (rows: readonly Row[]) => rows.map(({ Operations }) => Operations)

describe('Search-UnifiedAuditLog', () => {
  it('tells of a cmdlet who ran it, with what, on what, and what became of it, without secrets', async () => {
    const context = await openServer()
    const Password = 'Correct-Horse-7'
    const made = { Name: 'Ada', MicrosoftOnlineServicesID: 'ada@contoso.test', Password }
    expect((await context.invoke('New-Mailbox', made)).statusCode).toBe(200)
    const [row, ...others] = await search(context, { RecordType: 'exchangeadmin' })
    expect(others).toEqual([])
    const principal = await context.directory.servicePrincipals.find(context.tenant.id, {
      appId: context.admin.clientId,
    })
    expect(row).toMatchObject({
      RecordType: 'ExchangeAdmin',
      Operations: 'New-Mailbox',
      UserIds: `ServicePrincipal_${principal!.id}`,
      ResultIndex: 1,
      ResultCount: 1,
      CreationDate: '2026-11-24T08:00:00.0000000+00:00',
    })
    expect(JSON.parse(row!.AuditData)).toMatchObject({
      CreationTime: '2026-11-24T08:00:00',
      Operation: 'New-Mailbox',
      OrganizationId: context.tenant.id,
      RecordType: 1,
      ResultStatus: 'True',
      Workload: 'Exchange',
      ObjectId: 'Ada',
      ModifiedObjectResolvedName: 'Ada',
      ClientIP: '127.0.0.1',
      AppId: context.admin.clientId,
      UserType: 5,
      ExternalAccess: false,
      OrganizationName: 'contoso.test',
      OriginatingServer: expect.stringContaining('contoso.test'),
      Parameters: [
        { Name: 'Name', Value: 'Ada' },
        { Name: 'MicrosoftOnlineServicesID', Value: 'ada@contoso.test' },
        { Name: 'Password', Value: '(secret)' },
      ],
    })
    expect(row!.AuditData).not.toContain(Password)
  })

  it.each([
    [
      'as it replaces another',
      ['SMTP:Info@contoso.test', 'smtp:help@contoso.test'],
      'SMTP:Info@contoso.test;smtp:help@contoso.test',
    ],
    ['as it is typed', { add: ['a@contoso.test', 'b@contoso.test'] }, '@{add="a@contoso.test","b@contoso.test"}'],
    [
      'with both',
      { add: ['a@contoso.test'], remove: 'b@contoso.test' },
      '@{add="a@contoso.test"; remove="b@contoso.test"}',
    ],
  ])('tells of a list %s', async (_, EmailAddresses, Value) => {
    const context = await openServer()
    await context.invoke('New-Mailbox', { Shared: true, Name: 'Info' })
    expect((await context.invoke('Set-Mailbox', { Identity: 'Info', EmailAddresses })).statusCode).toBe(200)
    const [row] = await search(context, { Operations: 'Set-Mailbox' })
    expect(JSON.parse(row!.AuditData)).toMatchObject({
      Parameters: [{ Name: 'Identity' }, { Name: 'EmailAddresses', Value }],
    })
  })

  it('tells of a cmdlet that was refused why nothing was done, and nothing of one that only looks', async () => {
    const context = await openServer()
    await context.invoke('Set-CASMailbox', { Identity: 'nobody', ImapEnabled: false })
    await context.invoke('Get-Mailbox', { Identity: 'nobody' })
    const rows = await search(context, { RecordType: 'ExchangeAdmin' })
    expect(operations(rows)).toEqual(['Set-CASMailbox'])
    expect(JSON.parse(rows[0]!.AuditData)).toMatchObject({
      ResultStatus: 'False',
      Error: expect.stringMatching(
        /^Ex[0-9A-F]{6}\|Microsoft\.Exchange\.Configuration\.Tasks\.ManagementObjectNotFoundException\|.*object 'nobody' couldn't be found/,
      ),
      ObjectId: 'nobody',
      Parameters: [
        { Name: 'Identity', Value: 'nobody' },
        { Name: 'ImapEnabled', Value: 'False' },
      ],
    })
    const bearer = await context.token(context.admin, 'https://graph.microsoft.com')
    const graph = await context.ask('GET', `/v1.0/auditLogs/directoryAudits?$filter=category eq 'Exchange'`, { bearer })
    expect(graph.json()).toMatchObject({ value: [{ result: 'failure', activityDisplayName: 'Set-CASMailbox' }] })
  })

  it('tells of sign-ins, granted and refused', async () => {
    const context = await openServer()
    await context.token()
    await context.token({ clientId: context.admin.clientId, clientSecret: 'wrong' })
    const rows = await search(context, {
      RecordType: 'AzureActiveDirectoryStsLogon',
      UserIds: [context.admin.clientId],
    })
    expect(new Set(operations(rows))).toEqual(new Set(['UserLoggedIn', 'UserLoginFailed']))
    const failed = rows.find(({ Operations }) => Operations === 'UserLoginFailed')!
    expect(JSON.parse(failed.AuditData)).toMatchObject({ ErrorNumber: '7000215', ResultStatus: 'Failed' })
  })

  it.each<[string, object, readonly string[]]>([
    ['operations', { Operations: ['new-mailbox'] }, ['New-Mailbox', 'New-Mailbox']],
    ['objects', { ObjectIds: ['INFO'] }, ['Add-MailboxPermission', 'New-Mailbox']],
    ['free text', { FreeText: 'changepermission' }, ['Add-MailboxPermission']],
    ['time', { EndDate: '2026-11-24T08:00:02Z' }, ['New-Mailbox', 'New-Mailbox']],
    ['users', { UserIds: ['NT authority\\system'] }, ['New-Mailbox']],
    ['addresses', { IPAddresses: '127.0.0.1' }, ['Add-MailboxPermission', 'New-Mailbox']],
    ['how many', { ResultSize: 1 }, ['Add-MailboxPermission']],
  ])('is narrowed by %s', async (_, parameters, expected) => {
    const context = await openServer()
    await context.invoke('New-Mailbox', { Shared: true, Name: 'info' })
    context.world.advance(1000)
    await context.directory.mailboxes.create(context.tenant.id, {
      name: 'bob',
      alias: 'bob',
      displayName: 'bob',
      primarySmtpAddress: 'bob@contoso.test',
      userPrincipalName: 'bob@contoso.test',
      type: 'UserMailbox',
    })
    context.world.advance(1000)
    await context.invoke('Add-MailboxPermission', { Identity: 'info', User: 'bob', AccessRights: 'ChangePermission' })
    expect(operations(await search(context, { RecordType: 'ExchangeAdmin', ...parameters }))).toEqual(expected)
  })

  it('goes on in a session until there is nothing left, whatever is done meanwhile', async () => {
    const context = await openServer()
    for (const Name of ['one', 'two', 'three']) {
      await context.invoke('New-Mailbox', { Shared: true, Name })
      context.world.advance(1000)
    }
    const session = { SessionId: 'mine', SessionCommand: 'ReturnLargeSet', ResultSize: 2, Operations: 'New-Mailbox' }
    const first = await search(context, session)
    context.world.advance(1000)
    await context.invoke('New-Mailbox', { Shared: true, Name: 'four' })
    const second = await search(context, session)
    expect(
      [first, second].map((rows) => rows.map(({ ResultIndex, ResultCount }) => [ResultIndex, ResultCount])),
    ).toEqual([
      [
        [1, 3],
        [2, 3],
      ],
      [[3, 3]],
    ])
    expect(await search(context, session)).toEqual([])
    expect(await search(context, { ...session, SessionId: 'other' })).toHaveLength(2)
    context.world.advance(2 * HOUR)
    expect(await search(context, session)).toHaveLength(2)
  })

  it('is one page of a session, however many pages of the answer it comes in', async () => {
    const context = await openServer()
    for (const Name of ['one', 'two', 'three']) await context.invoke('New-Mailbox', { Shared: true, Name })
    const headers = { prefer: 'odata.maxpagesize=1' }
    const Parameters = { ...span, SessionId: 'mine', ResultSize: 2, Operations: 'New-Mailbox' }
    const first = await context.invoke('Search-UnifiedAuditLog', Parameters, { headers })
    const link = first.json<{ '@odata.nextLink': string }>()['@odata.nextLink'].replace('https://localhost:8443', '')
    const payload = { CmdletInput: { CmdletName: 'Search-UnifiedAuditLog', Parameters } }
    const second = (await context.ask('POST', link, { payload, headers })).json<{ value: Row[] }>()
    expect(second.value.map(({ ResultIndex }) => ResultIndex)).toEqual([2])
    expect(second).not.toHaveProperty('@odata.nextLink')
    const next = await search(context, { SessionId: 'mine', ResultSize: 2, Operations: 'New-Mailbox' })
    expect(next.map(({ ResultIndex }) => ResultIndex)).toEqual([3])
  })

  it.each([
    [{ StartDate: '2026-12-01', EndDate: '2026-11-01' }],
    [{ EndDate: 'soon' }],
    [{ EndDate: null }],
    [{ ResultSize: 5001 }],
    [{ SessionCommand: 'ReturnAll' }],
    [{ SessionId: 'x'.repeat(201) }],
  ])('refuses %j', async (parameters) => {
    const context = await openServer()
    const answer = await context.invoke('Search-UnifiedAuditLog', { ...span, ...parameters })
    expect(answer.statusCode).toBe(400)
  })
})
