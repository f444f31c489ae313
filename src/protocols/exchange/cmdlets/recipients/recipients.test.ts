import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../../../../test/support/server.ts'
import { openOnce } from '../../../../../test/support/lifecycle.ts'
import { silentLog } from '../../../../core/log.ts'

const opened = openOnce(async (atEnd) => {
  const context = await openServer(silentLog, {}, atEnd)
  await context.invoke('New-Mailbox', { Shared: true, Name: 'info' })
  await context.invoke('New-Mailbox', { Room: true, Name: 'attic' })
  await context.invoke('New-Mailbox', { Shared: true, Name: 'gone' })
  await context.invoke('Remove-Mailbox', { Identity: 'gone' })
  await context.invoke('Set-Mailbox', {
    Identity: 'info',
    CustomAttribute1: 'sales',
    HiddenFromAddressListsEnabled: true,
  })
  await context.invoke('New-DistributionGroup', { Name: 'Staff', Type: 'Security', Members: ['info'] })
  await context.invoke('New-DistributionGroup', { Name: 'Letters' })
  return context
})

type Shown = Readonly<Record<string, unknown>>

async function shown(context: OpenServer, name: string, parameters: object = {}): Promise<readonly Shown[]> {
  const answer = await context.invoke(name, parameters)
  expect(answer.statusCode).toBe(200)
  return answer.json<{ value: Shown[] }>().value
}

describe('Get-Recipient', () => {
  it('shows mailboxes and groups, all with the same properties', async () => {
    const recipients = await shown(opened(), 'Get-Recipient')
    expect(recipients.map((it) => [it.Name, it.RecipientType, it.RecipientTypeDetails])).toEqual([
      ['info', 'UserMailbox', 'SharedMailbox'],
      ['attic', 'UserMailbox', 'RoomMailbox'],
      ['Staff', 'MailUniversalSecurityGroup', 'MailUniversalSecurityGroup'],
      ['Letters', 'MailUniversalDistributionGroup', 'MailUniversalDistributionGroup'],
    ])
    const names = recipients.map((it) =>
      Object.keys(it)
        .filter((name) => !name.includes('@'))
        .toSorted(),
    )
    expect(new Set(names.map(String)).size).toBe(1)
    expect(recipients[0]).toMatchObject({
      PrimarySmtpAddress: 'info@contoso.test',
      EmailAddresses: ['SMTP:info@contoso.test'],
      CustomAttribute1: 'sales',
      HiddenFromAddressListsEnabled: true,
    })
  })

  it.each<[object, readonly string[]]>([
    [{ Identity: 'staff@contoso.test' }, ['Staff']],
    [{ Identity: 'info' }, ['info']],
    [{ Identity: '*t*' }, ['info', 'attic', 'Staff', 'Letters']],
    [{ Anr: 'at' }, ['attic']],
    [{ Filter: "CustomAttribute1 -eq 'sales'" }, ['info']],
    [{ Filter: "RecipientType -eq 'UserMailbox' -and Name -like 'a*'" }, ['attic']],
    [{ RecipientType: 'UserMailbox' }, ['info', 'attic']],
    [{ RecipientTypeDetails: 'RoomMailbox,MailUniversalSecurityGroup' }, ['attic', 'Staff']],
    [{ RecipientTypeDetails: 'MailContact' }, []],
    [{ IncludeSoftDeletedRecipients: true, Anr: 'go' }, ['gone']],
    [{ SortBy: 'Name' }, ['attic', 'info', 'Letters', 'Staff']],
  ])('is narrowed by %j', async (parameters, expected) => {
    expect((await shown(opened(), 'Get-Recipient', parameters)).map(({ Name }) => Name)).toEqual(expected)
  })

  it.each<[object, number]>([
    [{ Identity: 'nobody' }, 404],
    [{ Identity: 'info', Anr: 'i' }, 400],
    [{ RecipientType: 'Robot' }, 400],
    [{ Filter: "Shoe -eq '1'" }, 400],
  ])('refuses %j', async (parameters, status) => {
    expect((await opened().invoke('Get-Recipient', parameters)).statusCode).toBe(status)
  })
})

describe('Get-AcceptedDomain', () => {
  it('shows the domains of the organization', async () => {
    const domain = { DomainName: 'contoso.test', DomainType: 'Authoritative', Default: true, Identity: 'contoso.test' }
    expect(await shown(opened(), 'Get-AcceptedDomain')).toMatchObject([domain])
    expect(await shown(opened(), 'Get-AcceptedDomain', { Identity: 'CONTOSO.test' })).toMatchObject([domain])
    expect((await opened().invoke('Get-AcceptedDomain', { Identity: 'fabrikam.test' })).statusCode).toBe(404)
  })
})
