import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../../../../test/support/server.ts'
import { openOnce } from '../../../../../test/support/lifecycle.ts'
import { silentLog } from '../../../../core/log.ts'

type Shown = Readonly<Record<string, unknown>>

async function open(): Promise<OpenServer> {
  const context = await openServer()
  await run(context, 'New-Mailbox', { Shared: true, Name: 'info' })
  await run(context, 'New-Mailbox', { Shared: true, Name: 'sales' })
  await run(context, 'New-Mailbox', { Room: true, Name: 'attic' })
  await run(context, 'Set-Mailbox', { Identity: 'sales', CustomAttribute1: "O'Hara" })
  return context
}

async function run(context: OpenServer, name: string, parameters: object): Promise<readonly Shown[]> {
  const answer = await context.invoke(name, parameters)
  expect([name, answer.statusCode]).toEqual([name, 200])
  return answer.json<{ value: Shown[] }>().value
}

const membersOf = async (context: OpenServer, Identity: string) =>
  (await run(context, 'Get-DynamicDistributionGroupMember', { Identity })).map(({ Name }) => Name)

describe('the cmdlets of dynamic distribution groups', () => {
  const empty = openOnce((atEnd) => openServer(silentLog, {}, atEnd))

  it('make one by a filter, show it, change it and remove it', async () => {
    const context = await open()
    const filter = "RecipientTypeDetails -eq 'SharedMailbox'"
    const [made] = await run(context, 'New-DynamicDistributionGroup', { Name: 'Desk', RecipientFilter: filter })
    expect(made).toMatchObject({
      Name: 'Desk',
      Alias: 'Desk',
      PrimarySmtpAddress: 'Desk@contoso.test',
      RecipientType: 'DynamicDistributionGroup',
      RecipientTypeDetails: 'DynamicDistributionGroup',
      RecipientFilter: filter,
      RecipientFilterType: 'Custom',
      RequireSenderAuthenticationEnabled: true,
    })
    expect(await run(context, 'Get-DynamicDistributionGroup', { Identity: 'Desk@contoso.test' })).toEqual([made])
    expect(await membersOf(context, 'Desk')).toEqual(['info', 'sales'])
    await run(context, 'Set-DynamicDistributionGroup', {
      Identity: 'Desk',
      DisplayName: 'The desk',
      RecipientFilter: "Alias -like 'in*'",
      RequireSenderAuthenticationEnabled: false,
    })
    expect(await membersOf(context, 'Desk')).toEqual(['info'])
    expect(await run(context, 'Get-DynamicDistributionGroup', {})).toMatchObject([
      { DisplayName: 'The desk', RequireSenderAuthenticationEnabled: false },
    ])
    await run(context, 'Remove-DynamicDistributionGroup', { Identity: 'Desk' })
    expect(await run(context, 'Get-DynamicDistributionGroup', {})).toEqual([])
  })

  it('make one of the ready-made parts, and keep what it is made of', async () => {
    const context = await open()
    const parts = { IncludedRecipients: 'MailboxUsers', ConditionalCustomAttribute1: ["O'Hara", 'x'] }
    const [made] = await run(context, 'New-DynamicDistributionGroup', { Name: 'Staff', ...parts })
    expect(made).toMatchObject({
      RecipientFilterType: 'Precanned',
      IncludedRecipients: ['MailboxUsers'],
      ConditionalCustomAttribute1: ["O'Hara", 'x'],
      ConditionalCustomAttribute2: [],
    })
    expect(await membersOf(context, 'Staff')).toEqual(['sales'])
    await run(context, 'Set-DynamicDistributionGroup', { Identity: 'Staff', ConditionalCustomAttribute1: [] })
    expect(await membersOf(context, 'Staff')).toEqual(['info', 'sales'])
    await run(context, 'Set-DynamicDistributionGroup', { Identity: 'Staff', IncludedRecipients: 'Resources' })
    expect(await membersOf(context, 'Staff')).toEqual(['attic'])
    const custom = { Identity: 'Staff', RecipientFilter: "Alias -eq 'info'" }
    await run(context, 'Set-DynamicDistributionGroup', custom)
    expect(await run(context, 'Get-DynamicDistributionGroup', { Identity: 'Staff' })).toMatchObject([
      { RecipientFilterType: 'Custom', IncludedRecipients: [], RecipientFilter: "Alias -eq 'info'" },
    ])
  })

  it('know nothing of other groups, nor the cmdlets of these of them; Get-Recipient knows both', async () => {
    const context = await open()
    const [made] = await run(context, 'New-DynamicDistributionGroup', {
      Name: 'Desk',
      IncludedRecipients: 'AllRecipients',
    })
    await run(context, 'New-DistributionGroup', { Name: 'Letters', Members: ['Desk'] })
    const names = async (cmdlet: string, parameters = {}) =>
      (await run(context, cmdlet, parameters)).map(({ Name }) => Name)
    expect(await names('Get-DistributionGroup')).toEqual(['Letters'])
    expect(await names('Get-DynamicDistributionGroup')).toEqual(['Desk'])
    expect(await names('Get-Recipient', { RecipientType: 'DynamicDistributionGroup' })).toEqual(['Desk'])
    const preview = { RecipientPreviewFilter: made!.RecipientFilter }
    expect(await names('Get-Recipient', preview)).toEqual(['info', 'sales', 'attic'])
    for (const [cmdlet, parameters] of [
      ['Get-DistributionGroup', { Identity: 'Desk' }],
      ['Add-DistributionGroupMember', { Identity: 'Desk', Member: 'info' }],
      ['Set-DynamicDistributionGroup', { Identity: 'Letters', DisplayName: 'x' }],
      ['Remove-DynamicDistributionGroup', { Identity: 'Letters' }],
    ] as const) {
      expect([cmdlet, (await context.invoke(cmdlet, parameters)).statusCode]).toEqual([cmdlet, 404])
    }
  })

  it.each([
    [{}],
    [{ RecipientFilter: 'Alias' }],
    [{ RecipientFilter: "Alias -eq 'x'", IncludedRecipients: 'MailboxUsers' }],
    [{ ConditionalCustomAttribute1: 'x' }],
    [{ IncludedRecipients: ['AllRecipients', 'MailboxUsers'] }],
    [{ IncludedRecipients: 'Robots' }],
  ])('refuse %j', async (parameters) => {
    const answer = await empty().invoke('New-DynamicDistributionGroup', { Name: 'Desk', ...parameters })
    expect(answer.statusCode).toBe(400)
    expect(await run(empty(), 'Get-DynamicDistributionGroup', {})).toEqual([])
  })
})
