import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../../../../test/support/server.ts'

type Output = Record<string, unknown>

const values = async (context: OpenServer, name: string, parameters: object): Promise<Output[]> =>
  (await context.invoke(name, parameters)).json<{ value: Output[] }>().value

const errorOf = async (context: OpenServer, name: string, parameters: object): Promise<string> =>
  (await context.invoke(name, parameters)).json<{ error: { details: { message: string }[] } }>().error.details[0]!
    .message

const member = (Member: string) => ({ Identity: 'Robots', Member })

describe('the cmdlets of distribution groups', () => {
  it('make, show, change and remove a group', async () => {
    const context = await openServer()
    await values(context, 'New-Mailbox', { Shared: true, Name: 'Info' })
    const [made] = await values(context, 'New-DistributionGroup', {
      Name: 'Mail Robots',
      Type: 'security',
      Members: ['info@contoso.test'],
    })
    expect(made).toMatchObject({
      Name: 'Mail Robots',
      Alias: 'MailRobots',
      PrimarySmtpAddress: 'MailRobots@contoso.test',
      EmailAddresses: ['SMTP:MailRobots@contoso.test'],
      GroupType: 'Universal, SecurityEnabled',
      RecipientTypeDetails: 'MailUniversalSecurityGroup',
      DistinguishedName: 'CN=Mail Robots,OU=contoso.test,OU=Microsoft Exchange Hosted Organizations,DC=contoso,DC=test',
    })
    expect(await values(context, 'Get-DistributionGroup', { Identity: made!.DistinguishedName })).toEqual([made])
    expect(await values(context, 'Get-DistributionGroup', { Filter: "Alias -like 'mail*'" })).toEqual([made])
    expect(await values(context, 'Get-DistributionGroup', { Anr: 'info' })).toEqual([])
    await values(context, 'Set-DistributionGroup', { Identity: 'Mail Robots', DisplayName: 'Robots' })
    expect(await values(context, 'Get-DistributionGroup', {})).toMatchObject([{ DisplayName: 'Robots' }])
    expect(await values(context, 'Remove-DistributionGroup', { Identity: 'mailrobots', Confirm: false })).toEqual([])
    expect(await values(context, 'Get-DistributionGroup', {})).toEqual([])
    expect(await values(context, 'Get-Mailbox', {})).toHaveLength(1)
  })

  it('give a group addresses, and say whose mail it takes', async () => {
    const context = await openServer()
    await values(context, 'New-Mailbox', { Shared: true, Name: 'Info' })
    await values(context, 'New-DistributionGroup', { Name: 'Staff' })
    const [made] = await values(context, 'New-DistributionGroup', {
      Name: 'Robots',
      RequireSenderAuthenticationEnabled: false,
    })
    expect(made).toMatchObject({ RequireSenderAuthenticationEnabled: false, AcceptMessagesOnlyFrom: [] })
    const set = (parameters: object) => values(context, 'Set-DistributionGroup', { Identity: 'Robots', ...parameters })
    const shown = async () => (await values(context, 'Get-DistributionGroup', { Identity: 'Robots' }))[0]
    await set({
      EmailAddresses: { '@odata.type': '#Exchange.GenericHashTable', add: ['machines@contoso.test'] },
      AcceptMessagesOnlyFromSendersOrMembers: ['Info', 'staff@contoso.test'],
      RejectMessagesFrom: ['info@contoso.test'],
      MaxReceiveSize: '1MB',
      RequireSenderAuthenticationEnabled: true,
    })
    expect(await shown()).toMatchObject({
      EmailAddresses: ['SMTP:Robots@contoso.test', 'smtp:machines@contoso.test'],
      AcceptMessagesOnlyFrom: ['Info'],
      AcceptMessagesOnlyFromDLMembers: ['Staff'],
      AcceptMessagesOnlyFromSendersOrMembers: ['Info', 'Staff'],
      RejectMessagesFromSendersOrMembers: ['Info'],
      MaxReceiveSize: '1 MB (1,048,576 bytes)',
      RequireSenderAuthenticationEnabled: true,
    })
    await set({
      AcceptMessagesOnlyFromSendersOrMembers: { remove: ['Staff'] },
      RejectMessagesFrom: null,
      MaxReceiveSize: 'Unlimited',
      EmailAddresses: ['SMTP:machines@contoso.test'],
    })
    expect(await shown()).toMatchObject({
      PrimarySmtpAddress: 'machines@contoso.test',
      EmailAddresses: ['SMTP:machines@contoso.test'],
      AcceptMessagesOnlyFromSendersOrMembers: ['Info'],
      RejectMessagesFromSendersOrMembers: [],
      MaxReceiveSize: 'Unlimited',
    })
    expect(await errorOf(context, 'Get-DistributionGroup', { Identity: 'robots@contoso.test' })).toMatch(
      /couldn't be found/,
    )
    expect(
      await errorOf(context, 'Set-DistributionGroup', { Identity: 'Robots', EmailAddresses: ['info@contoso.test'] }),
    ).toMatch(/is already being used by the proxy addresses/)
    expect(
      await errorOf(context, 'Set-DistributionGroup', { Identity: 'Robots', AcceptMessagesOnlyFrom: ['Staff'] }),
    ).toMatch(/object 'Staff' couldn't/)
  })

  it('put mailboxes and groups into a group, and take them out', async () => {
    const context = await openServer()
    await values(context, 'New-Mailbox', { Shared: true, Name: 'Info' })
    for (const Name of ['Robots', 'Machines']) await values(context, 'New-DistributionGroup', { Name })
    await values(context, 'Add-DistributionGroupMember', member('Info'))
    await values(context, 'Add-DistributionGroupMember', member('machines@contoso.test'))
    expect(await values(context, 'Get-DistributionGroupMember', { Identity: 'Robots' })).toMatchObject([
      { Name: 'Info', RecipientType: 'UserMailbox', RecipientTypeDetails: 'SharedMailbox' },
      { Name: 'Machines', RecipientType: 'MailUniversalDistributionGroup' },
    ])
    expect(await errorOf(context, 'Add-DistributionGroupMember', member('Info'))).toMatch(
      /\|The recipient "Info" is already a member of the group "Robots"\.$/,
    )
    await values(context, 'Remove-DistributionGroupMember', { ...member('Info'), Confirm: false })
    expect(await errorOf(context, 'Remove-DistributionGroupMember', member('Info'))).toMatch(
      /ManagementObjectNotFoundException\|The recipient "Info" isn't a member of the group "Robots"\.$/,
    )
    expect(await errorOf(context, 'Add-DistributionGroupMember', member('nobody'))).toMatch(/object 'nobody' couldn't/)
  })

  it('make nothing where a member is unknown, and nothing with -WhatIf', async () => {
    const context = await openServer()
    expect(await errorOf(context, 'New-DistributionGroup', { Name: 'Robots', Members: ['nobody'] })).toMatch(/NotFound/)
    expect(await values(context, 'New-DistributionGroup', { Name: 'Robots', WhatIf: true })).toEqual([])
    expect(await values(context, 'Get-DistributionGroup', {})).toEqual([])
  })
})
