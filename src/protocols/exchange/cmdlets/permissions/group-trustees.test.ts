import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../../../../test/support/server.ts'
import { registerAppWith } from '../../../../../test/support/directory.ts'

interface Result {
  readonly '@adminapi.warnings': readonly string[]
  readonly value: readonly Record<string, unknown>[]
}

const run = async (context: OpenServer, name: string, parameters: object): Promise<Result> =>
  (await context.invoke(name, parameters)).json<Result>()

const errorOf = async (context: OpenServer, name: string, parameters: object): Promise<string> => {
  const answer = await context.invoke(name, parameters)
  return answer.json<{ error: { details: { message: string }[] } }>().error.details[0]!.message
}

async function prepared() {
  const context = await openServer()
  await run(context, 'New-Mailbox', { Shared: true, Name: 'Info' })
  await run(context, 'New-Mailbox', { Shared: true, Name: 'Desk' })
  const { value } = await run(context, 'New-DistributionGroup', {
    Name: 'Readers',
    DisplayName: 'Those who read',
    Type: 'Security',
    Members: ['Desk'],
  })
  await run(context, 'New-DistributionGroup', { Name: 'Letters', Members: ['Desk'] })
  return { context, readers: value[0]! }
}

const grant = { Identity: 'Info', AccessRights: 'FullAccess' }
const noSecurityGroup =
  /ManagementObjectNotFoundException\|The operation couldn't be performed because object 'Letters' couldn't be found on '[^']+'\. A distribution group of this name is there, but only a security group/

describe('a security group', () => {
  it('is granted a mailbox by any of its names, and shown under its own', async () => {
    const { context, readers } = await prepared()
    for (const User of [readers.Guid, readers.PrimarySmtpAddress, readers.Name, 'those who read']) {
      const granted = await run(context, 'Add-MailboxPermission', { ...grant, User })
      expect(granted).toMatchObject({
        '@adminapi.warnings': [],
        value: [{ Identity: 'Info', User: 'Readers', AccessRights: ['FullAccess'], Deny: false }],
      })
      expect(granted.value[0]!.UserSid).toMatch(/^S-1-5-21-/)
      expect((await run(context, 'Get-MailboxPermission', { Identity: 'Info', User })).value).toEqual(granted.value)
      await run(context, 'Remove-MailboxPermission', { ...grant, User: granted.value[0]!.UserSid })
      expect((await run(context, 'Get-MailboxPermission', { Identity: 'Info' })).value).toHaveLength(1)
    }
  })

  it('is shown with the name that people see', async () => {
    const { context } = await prepared()
    await run(context, 'Add-MailboxPermission', { ...grant, User: 'Readers' })
    const asked = { Identity: 'Info', User: 'Readers', IncludeUserWithDisplayName: true }
    expect((await run(context, 'Get-MailboxPermission', asked)).value).toMatchObject([
      { User: 'Readers', UserDisplayName: 'Those who read' },
    ])
  })

  it('may send as a mailbox, and is shown with its address', async () => {
    const { context } = await prepared()
    const sendAs = { Identity: 'Info', AccessRights: 'SendAs', Trustee: 'Readers' }
    expect((await run(context, 'Add-RecipientPermission', sendAs)).value).toMatchObject([{ Trustee: 'Readers' }])
    const asked = { Trustee: 'Readers', IncludeTrusteeWithPrimarySmtpAddress: true }
    expect((await run(context, 'Get-RecipientPermission', asked)).value).toMatchObject([
      { Identity: 'Info', Trustee: 'Readers', TrusteeWithPrimarySmtpAddress: 'Readers@contoso.test' },
    ])
  })

  it('has no service principal among its members', async () => {
    const { context } = await prepared()
    const { appId, objectId } = await registerAppWith(context, {})
    await run(context, 'New-ServicePrincipal', { AppId: appId, ObjectId: objectId })
    expect(await errorOf(context, 'Add-DistributionGroupMember', { Identity: 'Readers', Member: objectId })).toMatch(
      /ManagementObjectNotFound/,
    )
  })
})

describe('an unknown distribution group', () => {
  it('is permitted nothing', async () => {
    const { context } = await prepared()
    for (const [name, parameters] of [
      ['Add-MailboxPermission', { ...grant, User: 'Letters' }],
      ['Add-MailboxPermission', { Identity: 'Info', Owner: 'Letters' }],
      ['Remove-MailboxPermission', { ...grant, User: 'Letters' }],
      ['Add-RecipientPermission', { Identity: 'Info', AccessRights: 'SendAs', Trustee: 'Letters' }],
      ['Set-Mailbox', { Identity: 'Info', GrantSendOnBehalfTo: ['Desk', 'Letters'] }],
    ] as const) {
      expect(await errorOf(context, name, parameters), name).toMatch(noSecurityGroup)
    }
  })

  it('is forwarded to, and taken out of those who may send on behalf', async () => {
    const { context } = await prepared()
    await run(context, 'Set-Mailbox', { Identity: 'Info', ForwardingAddress: 'Letters', GrantSendOnBehalfTo: ['Desk'] })
    await run(context, 'Set-Mailbox', {
      Identity: 'Info',
      GrantSendOnBehalfTo: { remove: ['Letters'], add: ['Readers'] },
    })
    expect((await run(context, 'Get-Mailbox', { Identity: 'Info' })).value).toMatchObject([
      { ForwardingAddress: 'Letters', GrantSendOnBehalfTo: ['Desk', 'Readers'] },
    ])
  })
})
