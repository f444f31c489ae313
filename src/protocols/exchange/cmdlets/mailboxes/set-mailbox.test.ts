import { describe, expect, it } from 'vitest'
import { openServer } from '../../../../../test/support/server.ts'

type Output = Record<string, unknown>

async function opened() {
  const context = await openServer()
  const invoke = async (name: string, parameters: object) => (await context.invoke(name, parameters)).json()
  for (const Name of ['Info', 'Desk']) await invoke('New-Mailbox', { Shared: true, Name })
  const shown = async (Identity = 'Info'): Promise<Output> =>
    (await context.invoke('Get-Mailbox', { Identity })).json<{ value: Output[] }>().value[0]!
  const set = (parameters: object) => context.invoke('Set-Mailbox', { Identity: 'Info', ...parameters })
  return { context, invoke, shown, set }
}

const hashtable = (lists: object) => ({ '@odata.type': '#Exchange.GenericHashTable', ...lists })

describe('Set-Mailbox', () => {
  it('gives a mailbox addresses, and takes them away, as a hashtable says', async () => {
    const { context, shown, set } = await opened()
    await set({ EmailAddresses: hashtable({ add: ['help@contoso.test', 'sip:info@contoso.test'] }) })
    expect((await shown()).EmailAddresses).toEqual([
      'SMTP:Info@contoso.test',
      'smtp:help@contoso.test',
      'sip:info@contoso.test',
    ])
    expect(await shown('HELP@contoso.test')).toMatchObject({ Name: 'Info' })
    await set({ EmailAddresses: hashtable({ add: ['SMTP:help@contoso.test'], remove: ['sip:info@contoso.test'] }) })
    expect(await shown()).toMatchObject({
      PrimarySmtpAddress: 'help@contoso.test',
      EmailAddresses: ['SMTP:help@contoso.test', 'smtp:Info@contoso.test'],
    })
    const user = await context.directory.users.find(context.tenant.id, 'Info@contoso.test')
    expect(user!.mail).toBe('help@contoso.test')
  })

  it('gives a mailbox a whole list of addresses, of which the first is primary where none is marked', async () => {
    const { context, shown, set } = await opened()
    await set({ EmailAddresses: ['one@contoso.test', 'smtp:two@contoso.test'] })
    expect((await shown()).EmailAddresses).toEqual(['SMTP:one@contoso.test', 'smtp:two@contoso.test'])
    // The name that its user signs in with still names it.
    expect(await shown('Info@contoso.test')).toMatchObject({ Name: 'Info' })
    await set({ WindowsEmailAddress: 'three@contoso.test' })
    await set({ PrimarySmtpAddress: 'two@contoso.test' })
    expect((await shown()).EmailAddresses).toEqual([
      'SMTP:two@contoso.test',
      'smtp:three@contoso.test',
      'smtp:one@contoso.test',
    ])
    expect((await context.invoke('Get-Mailbox', { Identity: 'three@contoso.test' })).statusCode).toBe(200)
  })

  it.each([
    [{ EmailAddresses: hashtable({ remove: ['info@contoso.test'] }) }, /can't be removed/],
    [{ EmailAddresses: ['SMTP:a@contoso.test', 'SMTP:b@contoso.test'] }, /multiple primary addresses/],
    [{ EmailAddresses: ['sip:a@contoso.test'] }, /needs an SMTP address/],
    [
      { EmailAddresses: hashtable({ add: ['desk@contoso.test'] }) },
      /SMTP:desk@contoso.test.* is already being used by/,
    ],
    [{ EmailAddresses: hashtable({ add: ['a@elsewhere.test'] }) }, /domain portion/],
    [{ EmailAddresses: hashtable({ sub: ['a@contoso.test'] }) }, /EmailAddresses/],
    [{ ForwardingSmtpAddress: 'a@elsewhere.test' }, /no organization of this server has the domain/],
    [{ ForwardingSmtpAddress: 'a\r\nX-Evil: 1\r\n@contoso.test' }, /ForwardingSmtpAddress contains a character/],
    [{ ForwardingSmtpAddress: 'a <b>@contoso.test' }, /'a <b>@contoso.test' is not an address/],
    [{ ForwardingSmtpAddress: '@contoso.test' }, /is not an address/],
    [{ CustomAttribute1: 'a\u001b[2J' }, /CustomAttribute1 contains a character/],
    [{ ForwardingAddress: 'nobody' }, /couldn't be found/],
    [{ GrantSendOnBehalfTo: ['nobody'] }, /couldn't be found/],
    [{ Alias: 'desk' }, /same value for property Alias/],
    [{ CustomAttribute1: 'x'.repeat(40_000) }, /longer than/],
    [{ Type: 'Group' }, /Type/],
    [{ RecipientLimits: 1001 }, /RecipientLimits/],
    [{ RetainDeletedItemsFor: '31.00:00:00' }, /RetainDeletedItemsFor/],
    [{ LitigationHoldDuration: 'long' }, /LitigationHoldDuration/],
    [
      { IssueWarningQuota: '2GB', ProhibitSendQuota: '1GB' },
      /'IssueWarningQuota' must be less than or equal to that of property 'ProhibitSendQuota'. IssueWarningQuota: '2 GB \(2,147,483,648 bytes\)', ProhibitSendQuota: '1 GB/,
    ],
    [
      { ProhibitSendQuota: '4GB' },
      /'ProhibitSendQuota' must be less than or equal to that of property 'ProhibitSendReceive/,
    ],
    [
      { IssueWarningQuota: '4GB' },
      /'IssueWarningQuota' must be less than or equal to that of property 'ProhibitSendReceive/,
    ],
    [
      { ProhibitSendReceiveQuota: '1MB', IssueWarningQuota: '2MB', ProhibitSendQuota: 'Unlimited' },
      /'IssueWarningQuota'/,
    ],
  ])('refuses %j, and nothing is half done', async (parameters, text) => {
    const { shown, set } = await opened()
    await set({ ProhibitSendReceiveQuota: '3GB' })
    const before = await shown()
    const answer = await set({ DisplayName: 'Other', ...parameters })
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(JSON.stringify(answer.json())).toMatch(text)
    expect(await shown()).toEqual(before)
  })

  it('turns a mailbox into one of another kind, and renames it', async () => {
    const { shown, set } = await opened()
    await set({ Type: 'Room', Name: 'Hall', Alias: 'hall', DisplayName: 'The hall' })
    expect(await shown('Hall')).toMatchObject({
      RecipientTypeDetails: 'RoomMailbox',
      ResourceType: 'Room',
      IsShared: false,
      Alias: 'hall',
      DisplayName: 'The hall',
      PrimarySmtpAddress: 'Info@contoso.test',
    })
    await set({ Identity: 'Hall', Type: 'Regular' })
    expect(await shown('hall')).toMatchObject({ RecipientTypeDetails: 'UserMailbox' })
  })

  it('keeps what it is told, and forgets it again', async () => {
    const { context, shown, set } = await opened()
    const told = {
      HiddenFromAddressListsEnabled: true,
      LitigationHoldEnabled: true,
      AuditEnabled: false,
      CustomAttribute1: 'robots',
      CustomAttribute15: 'last',
      MessageCopyForSentAsEnabled: true,
    }
    await set({ ...told, MaxSendSize: '1MB', IssueWarningQuota: '1GB' })
    expect(await shown()).toMatchObject({
      ...told,
      MaxSendSize: '1 MB (1,048,576 bytes)',
      MaxReceiveSize: 'Unlimited',
      IssueWarningQuota: '1 GB (1,073,741,824 bytes)',
    })
    const found = await context.invoke('Get-Mailbox', { Filter: "CustomAttribute1 -eq 'robots'" })
    expect(found.json<{ value: Output[] }>().value).toMatchObject([{ Name: 'Info' }])
    expect((await shown()).LitigationHoldDate).toBe('2026-11-24T08:00:00.0000000+00:00')
    expect(await shown()).toMatchObject({
      LitigationHoldDuration: 'Unlimited',
      RetainDeletedItemsFor: '14.00:00:00',
      SingleItemRecoveryEnabled: false,
    })
    const kept = { LitigationHoldDuration: '90', RetainDeletedItemsFor: '30.00:00:00', SingleItemRecoveryEnabled: true }
    await set({ ...kept, LitigationHoldOwner: 'ada@contoso.test' })
    expect(await shown()).toMatchObject({
      ...kept,
      LitigationHoldDuration: '90.00:00:00',
      LitigationHoldOwner: 'ada@contoso.test',
    })
    await set({ LitigationHoldEnabled: false })
    expect(await shown()).toMatchObject({ LitigationHoldEnabled: false, LitigationHoldDate: null })
    await set({ CustomAttribute1: null, MaxSendSize: 'Unlimited' })
    expect(await shown()).toMatchObject({ CustomAttribute1: '', CustomAttribute15: 'last', MaxSendSize: 'Unlimited' })
  })

  it('names recipients, and shows them by their names', async () => {
    const { invoke, shown, set } = await opened()
    await invoke('New-DistributionGroup', { Name: 'Robots', Type: 'Security' })
    await set({
      ForwardingAddress: 'desk@contoso.test',
      ForwardingSmtpAddress: 'smtp:desk@contoso.test',
      GrantSendOnBehalfTo: ['Desk', 'Robots'],
    })
    expect(await shown()).toMatchObject({
      ForwardingAddress: 'Desk',
      ForwardingSmtpAddress: 'smtp:desk@contoso.test',
      GrantSendOnBehalfTo: ['Desk', 'Robots'],
    })
    await set({ GrantSendOnBehalfTo: hashtable({ remove: ['desk'] }), ForwardingAddress: null })
    expect(await shown()).toMatchObject({ GrantSendOnBehalfTo: ['Robots'], ForwardingAddress: null })
    await set({
      AcceptMessagesOnlyFromSendersOrMembers: ['Desk', 'Robots'],
      RejectMessagesFrom: ['Info'],
      RequireSenderAuthenticationEnabled: true,
      RecipientLimits: 20,
    })
    expect(await shown()).toMatchObject({
      AcceptMessagesOnlyFrom: ['Desk'],
      AcceptMessagesOnlyFromDLMembers: ['Robots'],
      AcceptMessagesOnlyFromSendersOrMembers: ['Desk', 'Robots'],
      RejectMessagesFromSendersOrMembers: ['Info'],
      RequireSenderAuthenticationEnabled: true,
      RecipientLimits: '20',
    })
    await set({ AcceptMessagesOnlyFromSendersOrMembers: null, RecipientLimits: 'Unlimited' })
    expect(await shown()).toMatchObject({ AcceptMessagesOnlyFromSendersOrMembers: [], RecipientLimits: 'Unlimited' })
    await set({ GrantSendOnBehalfTo: null })
    expect(await shown()).toMatchObject({ GrantSendOnBehalfTo: [] })
  })
})

describe('Get-Mailbox', () => {
  it('takes a star in a name for anything', async () => {
    const { context } = await opened()
    const named = async (name: string, Identity: string) =>
      (await context.invoke(name, { Identity })).json<{ value: Output[] }>().value.map((it) => it.Name)
    expect(await named('Get-Mailbox', '*f*')).toEqual(['Info'])
    expect(await named('Get-CASMailbox', '*@contoso.test')).toEqual(['Info', 'Desk'])
    expect(await named('Get-Mailbox', 'x*')).toEqual([])
  })
})
