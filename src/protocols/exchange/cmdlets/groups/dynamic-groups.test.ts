import { describe, expect, it } from 'vitest'
import { type AdminHouse, openAdminHouse } from '../../../../../test/support/admin-house.ts'
import { once } from '../../../../../test/support/once.ts'
import { silentLog } from '../../../../core/log.ts'

type Shown = Readonly<Record<string, unknown>>

async function open(): Promise<AdminHouse> {
  const house = await openAdminHouse()
  await run(house, 'New-Mailbox', { Shared: true, Name: 'info' })
  await run(house, 'New-Mailbox', { Shared: true, Name: 'sales' })
  await run(house, 'New-Mailbox', { Room: true, Name: 'attic' })
  await run(house, 'Set-Mailbox', { Identity: 'sales', CustomAttribute1: "O'Hara" })
  return house
}

async function run(house: AdminHouse, name: string, parameters: object): Promise<readonly Shown[]> {
  const answer = await house.invoke(name, parameters)
  expect([name, answer.statusCode]).toEqual([name, 200])
  return answer.json<{ value: Shown[] }>().value
}

const membersOf = async (house: AdminHouse, Identity: string) =>
  (await run(house, 'Get-DynamicDistributionGroupMember', { Identity })).map(({ Name }) => Name)

describe('the cmdlets of dynamic distribution groups', () => {
  const empty = once((atEnd) => openAdminHouse(silentLog, {}, atEnd))

  it('make one by a filter, show it, change it and remove it', async () => {
    const house = await open()
    const filter = "RecipientTypeDetails -eq 'SharedMailbox'"
    const [made] = await run(house, 'New-DynamicDistributionGroup', { Name: 'Desk', RecipientFilter: filter })
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
    expect(await run(house, 'Get-DynamicDistributionGroup', { Identity: 'Desk@contoso.test' })).toEqual([made])
    expect(await membersOf(house, 'Desk')).toEqual(['info', 'sales'])
    await run(house, 'Set-DynamicDistributionGroup', {
      Identity: 'Desk',
      DisplayName: 'The desk',
      RecipientFilter: "Alias -like 'in*'",
      RequireSenderAuthenticationEnabled: false,
    })
    expect(await membersOf(house, 'Desk')).toEqual(['info'])
    expect(await run(house, 'Get-DynamicDistributionGroup', {})).toMatchObject([
      { DisplayName: 'The desk', RequireSenderAuthenticationEnabled: false },
    ])
    await run(house, 'Remove-DynamicDistributionGroup', { Identity: 'Desk' })
    expect(await run(house, 'Get-DynamicDistributionGroup', {})).toEqual([])
  })

  it('make one of the ready-made parts, and keep what it is made of', async () => {
    const house = await open()
    const parts = { IncludedRecipients: 'MailboxUsers', ConditionalCustomAttribute1: ["O'Hara", 'x'] }
    const [made] = await run(house, 'New-DynamicDistributionGroup', { Name: 'Staff', ...parts })
    expect(made).toMatchObject({
      RecipientFilterType: 'Precanned',
      IncludedRecipients: ['MailboxUsers'],
      ConditionalCustomAttribute1: ["O'Hara", 'x'],
      ConditionalCustomAttribute2: [],
    })
    expect(await membersOf(house, 'Staff')).toEqual(['sales'])
    await run(house, 'Set-DynamicDistributionGroup', { Identity: 'Staff', ConditionalCustomAttribute1: [] })
    expect(await membersOf(house, 'Staff')).toEqual(['info', 'sales'])
    await run(house, 'Set-DynamicDistributionGroup', { Identity: 'Staff', IncludedRecipients: 'Resources' })
    expect(await membersOf(house, 'Staff')).toEqual(['attic'])
    const custom = { Identity: 'Staff', RecipientFilter: "Alias -eq 'info'" }
    await run(house, 'Set-DynamicDistributionGroup', custom)
    expect(await run(house, 'Get-DynamicDistributionGroup', { Identity: 'Staff' })).toMatchObject([
      { RecipientFilterType: 'Custom', IncludedRecipients: [], RecipientFilter: "Alias -eq 'info'" },
    ])
  })

  it('know nothing of other groups, nor the cmdlets of these of them; Get-Recipient knows both', async () => {
    const house = await open()
    const [made] = await run(house, 'New-DynamicDistributionGroup', {
      Name: 'Desk',
      IncludedRecipients: 'AllRecipients',
    })
    await run(house, 'New-DistributionGroup', { Name: 'Letters', Members: ['Desk'] })
    const names = async (cmdlet: string, parameters = {}) =>
      (await run(house, cmdlet, parameters)).map(({ Name }) => Name)
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
      expect([cmdlet, (await house.invoke(cmdlet, parameters)).statusCode]).toEqual([cmdlet, 404])
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
