import { describe, expect, it } from 'vitest'
import { sql } from '../../../../storage/engine.ts'
import { type OpenServer, openServer } from '../../../../../test/support/server.ts'
import { DAY } from '../../../../core/time.ts'

type Output = Record<string, unknown>

const values = async (context: OpenServer, name: string, parameters: object): Promise<Output[]> =>
  (await context.invoke(name, parameters)).json<{ value: Output[] }>().value

const refusal = async (context: OpenServer, name: string, parameters: object) => {
  const answer = await context.invoke(name, parameters)
  const { error } = answer.json<{ error: { code: string; details: { message: string }[] } }>()
  const [, type, text] = error.details[0]!.message.split('|')
  return { status: answer.statusCode, code: error.code, type: type!.split('.').at(-1), text }
}

describe('New-Mailbox', () => {
  it('makes a shared mailbox with an alias and an address made from the name', async () => {
    const context = await openServer()
    const [mailbox] = await values(context, 'New-Mailbox', { Shared: true, Name: 'Kim Åkers' })
    expect(mailbox).toMatchObject({
      Name: 'Kim Åkers',
      Identity: 'Kim Åkers',
      DisplayName: 'Kim Åkers',
      Alias: 'KimAkers',
      PrimarySmtpAddress: 'KimAkers@contoso.test',
      UserPrincipalName: 'KimAkers@contoso.test',
      EmailAddresses: ['SMTP:KimAkers@contoso.test'],
      'EmailAddresses@odata.type': '#Collection(String)',
      RecipientTypeDetails: 'SharedMailbox',
      WhenCreated: '2026-11-24T08:00:00.0000000+00:00',
      'WhenCreated@data.type': 'System.DateTime',
      'ExchangeGuid@data.type': 'System.Guid',
      IsShared: true,
    })
    expect(mailbox!.ExternalDirectoryObjectId).toMatch(/^[0-9a-f-]{36}$/)
    const ids = [mailbox!.Guid, mailbox!.ExchangeGuid, mailbox!.ExternalDirectoryObjectId]
    expect(new Set(ids).size).toBe(3)
  })

  it("makes a user's mailbox under the name that the user signs in with", async () => {
    const context = await openServer()
    const [mailbox] = await values(context, 'New-Mailbox', {
      Name: 'Ada',
      MicrosoftOnlineServicesID: 'ada.l@contoso.test',
      Password: 'Correct horse battery staple',
      FirstName: 'Ada',
      PrimarySmtpAddress: 'ada@contoso.test',
    })
    expect(mailbox).toMatchObject({
      Alias: 'ada.l',
      UserPrincipalName: 'ada.l@contoso.test',
      PrimarySmtpAddress: 'ada@contoso.test',
      RecipientTypeDetails: 'UserMailbox',
    })
    const user = await context.directory.users.find(context.tenant.id, 'ada.l@contoso.test')
    expect(user).toMatchObject({ givenName: 'Ada', id: mailbox!.ExternalDirectoryObjectId })
  })

  it.each([
    [{ Name: 'x' }, /one of -Shared, -Room, -Equipment and -MicrosoftOnlineServicesID/],
    [{ Name: 'x', Shared: true, Room: true }, /one of -Shared/],
    [{ Name: 'x', MicrosoftOnlineServicesID: 'x@contoso.test' }, /needs -Password/],
    [{ Name: '会議', Shared: true }, /No alias can be made/],
    [{ Shared: true }, /missing mandatory parameters: Name\./],
  ])('refuses %j', async (parameters, text) => {
    const context = await openServer()
    expect(await refusal(context, 'New-Mailbox', parameters)).toMatchObject({
      status: 400,
      type: 'ParameterBindingException',
      text: expect.stringMatching(text),
    })
  })

  it('refuses an address of a foreign domain, and one that is taken', async () => {
    const context = await openServer()
    const wanted = { Name: 'Info', Shared: true, PrimarySmtpAddress: 'info@elsewhere.test' }
    expect(await refusal(context, 'New-Mailbox', wanted)).toMatchObject({
      status: 400,
      type: 'DataValidationException',
    })
    await values(context, 'New-Mailbox', { ...wanted, PrimarySmtpAddress: 'info@contoso.test' })
    const second = { Name: 'Second', Shared: true, PrimarySmtpAddress: 'INFO@contoso.test' }
    expect(await refusal(context, 'New-Mailbox', second)).toMatchObject({
      status: 400,
      type: 'WLCDManagedMemberExistsException',
      text: 'The proxy address "SMTP:INFO@contoso.test" is already being used by the proxy addresses or LegacyExchangeDN. Please choose another proxy address.',
    })
  })
})

describe('Get-Mailbox', () => {
  it('finds one by whatever names it', async () => {
    const context = await openServer()
    const [made] = await values(context, 'New-Mailbox', { Shared: true, Name: 'Info Desk', Alias: 'info' })
    const names = [
      'Info Desk',
      'INFO',
      'info@contoso.test',
      made!.Guid,
      made!.ExchangeGuid,
      made!.ExternalDirectoryObjectId,
    ]
    for (const Identity of names) {
      expect(await values(context, 'Get-Mailbox', { Identity })).toEqual([made])
    }
  })

  it('lists those of a kind, and those that begin as asked', async () => {
    const context = await openServer()
    await values(context, 'New-Mailbox', { Shared: true, Name: 'Info' })
    await values(context, 'New-Mailbox', { Room: true, Name: 'Attic' })
    const named = async (parameters: object) => (await values(context, 'Get-Mailbox', parameters)).map((it) => it.Name)
    expect(await named({})).toEqual(['Info', 'Attic'])
    expect(await named({ RecipientTypeDetails: 'roommailbox' })).toEqual(['Attic'])
    expect(await named({ RecipientTypeDetails: ['SharedMailbox', 'RoomMailbox'], Anr: 'in' })).toEqual(['Info'])
  })

  it('lists those that fit a filter, in the order asked for', async () => {
    const context = await openServer()
    for (const Name of ['Info', 'attic', 'Billing 10', 'Billing 9'])
      await values(context, 'New-Mailbox', { Shared: true, Name })
    await values(context, 'New-Mailbox', { Room: true, Name: 'Hall' })
    const named = async (parameters: object) => (await values(context, 'Get-Mailbox', parameters)).map((it) => it.Name)
    expect(await named({ SortBy: 'name' })).toEqual(['attic', 'Billing 9', 'Billing 10', 'Hall', 'Info'])
    expect(await named({ Filter: "Name -like 'b*' -or Alias -eq 'INFO'", SortBy: 'Name' })).toEqual([
      'Billing 9',
      'Billing 10',
      'Info',
    ])
    expect(await named({ Filter: 'IsShared -eq $true -and -not (Name -like "*i*")' })).toEqual([])
    expect(await named({ Filter: "RecipientTypeDetails -ne 'SharedMailbox'" })).toEqual(['Hall'])
    expect(await named({ Filter: "EmailAddresses -eq 'smtp:hall@contoso.test'", ResultSize: 1 })).toEqual(['Hall'])
  })

  it.each([
    [{ Filter: "Nmae -eq 'a'" }, "'Nmae' is no property that can be filtered or sorted by."],
    [{ SortBy: 'constructor' }, "'constructor' is no property that can be filtered or sorted by."],
    [{ Filter: 'Name -eq' }, 'Invalid filter syntax at position 8 of "Name -eq".'],
    [{ Filter: "-not WhenCreated -gt 'junk'" }, 'Cannot convert value "junk" to type "System.DateTime".'],
    [{ Filter: "Name -like '*' -or IsShared -ne 'x'" }, 'Cannot convert value "x" to type "System.Boolean".'],
    [{ Filter: "Name -eq 'a'", Anr: 'a' }, '-Identity, -Anr and -Filter exclude each other.'],
  ])('refuses %j', async (parameters, text) => {
    const context = await openServer()
    await values(context, 'New-Mailbox', { Shared: true, Name: 'Info' })
    expect(await refusal(context, 'Get-Mailbox', parameters)).toMatchObject({
      status: 400,
      type: 'ParameterBindingException',
      text,
    })
  })

  it.each(['InactiveMailboxOnly', 'Archive', 'PublicFolder', 'GroupMailbox'])('has none with -%s', async (kind) => {
    const context = await openServer()
    await values(context, 'New-Mailbox', { Shared: true, Name: 'Info' })
    expect(await values(context, 'Get-Mailbox', { [kind]: true })).toEqual([])
    expect(await refusal(context, 'Get-Mailbox', { [kind]: true, Identity: 'Info' })).toMatchObject({ status: 404 })
    expect(await values(context, 'Get-Mailbox', { [kind]: false, IncludeInactiveMailbox: true })).toHaveLength(1)
  })

  it('reports an unknown mailbox in the words of the real service', async () => {
    const context = await openServer()
    expect(await refusal(context, 'Get-Mailbox', { Identity: 'nobody' })).toEqual({
      status: 404,
      code: 'NotFound',
      type: 'ManagementObjectNotFoundException',
      text: "The operation couldn't be performed because object 'nobody' couldn't be found on 'directory.contoso.test'.",
    })
  })
})

describe('Remove-Mailbox', () => {
  const messages = '/postern/v1/contoso.test/mailboxes/info@contoso.test'
  const counts = async (context: OpenServer) =>
    (await context.ask('GET', `${messages}/folders`))
      .json<{ value: { count: number }[] }>()
      .value.map(({ count }) => count)
      .reduce((one, other) => one + other, 0)
  const withLetter = async () => {
    const context = await openServer()
    const [made] = await values(context, 'New-Mailbox', { Shared: true, Name: 'Info' })
    await context.ask('POST', `${messages}/messages`, { payload: Buffer.from('Subject: hello\r\n\r\n') })
    expect(await counts(context)).toBe(1)
    return { context, made: made! }
  }

  it('takes the mailbox and its user, and leaves the address free', async () => {
    const { context, made } = await withLetter()
    expect(await values(context, 'Remove-Mailbox', { Identity: 'Info', Confirm: false })).toEqual([])
    expect(await values(context, 'Get-Mailbox', {})).toEqual([])
    expect(
      await context.directory.users.find(context.tenant.id, String(made.ExternalDirectoryObjectId)),
    ).toBeUndefined()
    await values(context, 'New-Mailbox', { Shared: true, Name: 'Info' })
    expect(await counts(context)).toBe(0)
  })

  it('keeps the mailbox for 30 days, and Undo-SoftDeletedMailbox brings it back as it was, with its mail', async () => {
    const { context, made } = await withLetter()
    await values(context, 'Set-Mailbox', { Identity: 'Info', EmailAddresses: { add: ['help@contoso.test'] } })
    await values(context, 'Remove-Mailbox', { Identity: 'Info' })
    const [kept] = await values(context, 'Get-Mailbox', { SoftDeletedMailbox: true })
    expect(kept).toMatchObject({ Guid: made.Guid, Name: 'Info', WhenSoftDeleted: '2026-11-24T08:00:00.0000000+00:00' })
    expect(await values(context, 'Get-Mailbox', { SoftDeletedMailbox: true, Identity: made.Guid })).toEqual([kept])
    context.world.advance(29 * DAY)
    const [restored] = await values(context, 'Undo-SoftDeletedMailbox', { SoftDeletedObject: 'info@contoso.test' })
    const { Guid, ExchangeGuid, ExternalDirectoryObjectId, WhenCreated } = made
    expect(restored).toMatchObject({ Guid, ExchangeGuid, ExternalDirectoryObjectId, WhenCreated })
    expect(await values(context, 'Get-Mailbox', { Identity: 'help@contoso.test' })).toEqual([restored])
    expect(await values(context, 'Get-Mailbox', { SoftDeletedMailbox: true })).toEqual([])
    expect(await counts(context)).toBe(1)
  })

  it('keeps one on hold for ever, and takes it for good only when it no longer is', async () => {
    const { context, made } = await withLetter()
    await values(context, 'Set-Mailbox', { Identity: 'Info', LitigationHoldEnabled: true })
    const forGood = { Identity: made.Guid, PermanentlyDelete: true }
    expect((await refusal(context, 'Remove-Mailbox', forGood)).text).toMatch(/on litigation hold/)
    await values(context, 'New-Mailbox', { Shared: true, Name: 'Other' })
    await values(context, 'Remove-Mailbox', { Identity: 'Info' })
    context.world.advance(60 * DAY)
    const [inactive] = await values(context, 'Get-Mailbox', { InactiveMailboxOnly: true })
    expect(inactive).toMatchObject({ Name: 'Info', IsInactiveMailbox: true })
    expect(await values(context, 'Get-Mailbox', { InactiveMailboxOnly: true, Identity: 'Info' })).toEqual([inactive])
    expect(await values(context, 'Get-Mailbox', { IncludeInactiveMailbox: true })).toMatchObject([
      { Name: 'Other', IsInactiveMailbox: false },
      { Name: 'Info' },
    ])
    expect(await values(context, 'Get-Mailbox', {})).toHaveLength(1)
    expect((await refusal(context, 'Remove-Mailbox', forGood)).text).toMatch(/on litigation hold/)
    await values(context, 'Undo-SoftDeletedMailbox', { SoftDeletedObject: made.Guid })
    expect(await counts(context)).toBe(1)
    await values(context, 'Set-Mailbox', { Identity: 'Info', LitigationHoldEnabled: false })
    expect(await values(context, 'Remove-Mailbox', forGood)).toEqual([])
  })

  it('keeps nothing beyond that', async () => {
    const { context, made } = await withLetter()
    await values(context, 'Remove-Mailbox', { Identity: 'Info' })
    const { id } = (await context.directory.removedMailboxes.find(context.tenant.id, 'Info'))!.mailbox
    context.world.advance(29 * DAY)
    expect(await context.directory.removedMailboxes.keeps(id)).toBe(true)
    context.world.advance(DAY)
    expect(await context.directory.removedMailboxes.keeps(id)).toBe(false)
    expect(await values(context, 'Get-Mailbox', { SoftDeletedMailbox: true })).toEqual([])
    const undo = { SoftDeletedObject: made.Guid }
    expect(await refusal(context, 'Undo-SoftDeletedMailbox', undo)).toMatchObject({ status: 404 })
  })

  it('has its mail cleared away by upkeep after 30 days, and not before', async () => {
    const { context } = await withLetter()
    const held = () => context.engine.sql.first(sql`select mailbox from mail_mailbox`)
    // Upkeep looks at all mailboxes once a day, in rounds of ten minutes.
    const day = async () => {
      for (let round = 0; round < 150; round++) {
        context.world.advance(600_000)
        await context.settled()
      }
    }
    await values(context, 'Remove-Mailbox', { Identity: 'Info' })
    await day()
    expect(await held()).toBeDefined()
    context.world.advance(30 * DAY)
    await day()
    expect(await held()).toBeUndefined()
  })

  it('with -PermanentlyDelete takes it for good, also when it was removed before', async () => {
    const { context } = await withLetter()
    await values(context, 'Remove-Mailbox', { Identity: 'Info' })
    await values(context, 'Remove-Mailbox', { Identity: 'Info', PermanentlyDelete: true })
    expect(await values(context, 'Get-Mailbox', { SoftDeletedMailbox: true })).toEqual([])
    await values(context, 'New-Mailbox', { Shared: true, Name: 'Info' })
    await values(context, 'Remove-Mailbox', { Identity: 'Info', PermanentlyDelete: true })
    expect(await values(context, 'Get-Mailbox', { SoftDeletedMailbox: true })).toEqual([])
    expect(await refusal(context, 'Remove-Mailbox', { Identity: 'Info', PermanentlyDelete: true })).toMatchObject({
      status: 404,
    })
  })

  it('leaves names to others, and what is brought back needs names of its own', async () => {
    const { context } = await withLetter()
    await values(context, 'Remove-Mailbox', { Identity: 'Info' })
    await values(context, 'New-Mailbox', {
      Shared: true,
      Name: 'Info',
      PrimarySmtpAddress: 'other@contoso.test',
      Alias: 'o',
    })
    const undo = { SoftDeletedObject: 'info@contoso.test' }
    expect(await refusal(context, 'Undo-SoftDeletedMailbox', undo)).toMatchObject({
      type: 'ADObjectAlreadyExistsException',
    })
    expect(await values(context, 'Undo-SoftDeletedMailbox', { ...undo, Name: 'Old info' })).toMatchObject([
      { Name: 'Old info', PrimarySmtpAddress: 'Info@contoso.test' },
    ])
  })
})

describe('Get-CASMailbox and Set-CASMailbox', () => {
  it('show and switch the protocols of a mailbox', async () => {
    const context = await openServer()
    await values(context, 'New-Mailbox', { Shared: true, Name: 'Info' })
    const shown = async () => (await values(context, 'Get-CASMailbox', { Identity: 'Info' }))[0]
    expect(await shown()).toMatchObject({
      ImapEnabled: true,
      PopEnabled: true,
      PrimarySmtpAddress: 'Info@contoso.test',
    })
    expect(await values(context, 'Set-CASMailbox', { Identity: 'Info', ImapEnabled: false })).toEqual([])
    expect(await shown()).toMatchObject({ ImapEnabled: false, PopEnabled: true })
    await values(context, 'Set-CASMailbox', { Identity: 'Info', ImapEnabled: 'True', PopEnabled: false })
    expect(await shown()).toMatchObject({ ImapEnabled: true, PopEnabled: false })
  })

  it('show those that fit, and the settings for clients outside', async () => {
    const context = await openServer()
    for (const Name of ['Info', 'Attic']) await values(context, 'New-Mailbox', { Shared: true, Name })
    await values(context, 'Set-CASMailbox', { Identity: 'Info', PopEnabled: false })
    const shown = await values(context, 'Get-CASMailbox', { Filter: 'PopEnabled -eq $false', ProtocolSettings: true })
    expect(shown).toMatchObject([{ Name: 'Info', ExternalImapSettings: null, ExternalPopSettings: null }])
    const sorted = await values(context, 'Get-CASMailbox', { SortBy: 'Name', RecipientTypeDetails: 'SharedMailbox' })
    expect(sorted.map((it) => it.Name)).toEqual(['Attic', 'Info'])
    expect(sorted[0]).not.toHaveProperty('ExternalImapSettings')
  })
})

describe('Set-Mailbox', () => {
  it('sets what a mailbox may hold, and takes it back', async () => {
    const context = await openServer()
    const [made] = await values(context, 'New-Mailbox', { Shared: true, Name: 'info' })
    expect(made).toMatchObject({ ProhibitSendReceiveQuota: 'Unlimited' })
    expect(await values(context, 'Set-Mailbox', { Identity: 'info', ProhibitSendReceiveQuota: '1.5GB' })).toEqual([])
    const quota = async () => (await values(context, 'Get-Mailbox', { Identity: 'info' }))[0]!.ProhibitSendReceiveQuota
    expect(await quota()).toBe('1.5 GB (1,610,612,736 bytes)')
    await context.invoke('Set-Mailbox', { Identity: 'info', ProhibitSendReceiveQuota: 'Unlimited' })
    expect(await quota()).toBe('Unlimited')
  })

  it('changes the name that people see', async () => {
    const context = await openServer()
    await context.invoke('New-Mailbox', { Shared: true, Name: 'info' })
    await context.invoke('Set-Mailbox', { Identity: 'info', DisplayName: 'Information' })
    expect(await values(context, 'Get-Mailbox', { Identity: 'info' })).toMatchObject([{ DisplayName: 'Information' }])
  })

  it('refuses an invalid quota and an unknown mailbox', async () => {
    const context = await openServer()
    await context.invoke('New-Mailbox', { Shared: true, Name: 'info' })
    expect(
      (await context.invoke('Set-Mailbox', { Identity: 'info', ProhibitSendReceiveQuota: 'lots' })).statusCode,
    ).toBe(400)
    expect((await context.invoke('Set-Mailbox', { Identity: 'none', DisplayName: 'x' })).statusCode).toBe(404)
  })
})
