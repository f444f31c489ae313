import { describe, expect, it } from 'vitest'
import { openServer } from '../../../../../test/support/server.ts'
import { DAY } from '../../../../core/time.ts'

type Output = Record<string, unknown>

async function opened() {
  const context = await openServer()
  const values = async (name: string, parameters: object): Promise<Output[]> =>
    (await context.invoke(name, parameters)).json<{ value: Output[] }>().value
  const user = await context.directory.users.create(context.tenant.id, {
    userPrincipalName: 'ada@contoso.test',
    displayName: 'Ada Lovelace',
    mailNickname: 'ada',
    accountEnabled: true,
    password: 'Correct horse battery',
  })
  const addressOfUser = async () => (await context.directory.users.find(context.tenant.id, user.id))!.mail
  return { context, values, user, addressOfUser }
}

describe('Enable-Mailbox and Disable-Mailbox', () => {
  it('give a user a mailbox under the names that the user has', async () => {
    const { context, values, user, addressOfUser } = await opened()
    const [made] = await values('Enable-Mailbox', { Identity: 'ada@contoso.test' })
    expect(made).toMatchObject({
      Name: 'ada',
      Alias: 'ada',
      DisplayName: 'Ada Lovelace',
      PrimarySmtpAddress: 'ada@contoso.test',
      RecipientTypeDetails: 'UserMailbox',
      ExternalDirectoryObjectId: user.id,
    })
    expect(await addressOfUser()).toBe('ada@contoso.test')
    const again = await context.invoke('Enable-Mailbox', { Identity: 'ada@contoso.test' })
    expect(again.statusCode).toBe(400)
    expect(JSON.stringify(again.json())).toContain("The user 'ada@contoso.test' has a mailbox.")
  })

  it('take it, while the user stays, and give it back with its mail', async () => {
    const { context, values, user, addressOfUser } = await opened()
    const [made] = await values('Enable-Mailbox', { Identity: user.id, PrimarySmtpAddress: 'a.l@contoso.test' })
    await context.ask('POST', '/postern/v1/contoso.test/mailboxes/a.l@contoso.test/messages', {
      payload: Buffer.from('Subject: hello\r\n\r\n'),
    })
    await values('Disable-Mailbox', { Identity: 'ada', Confirm: false })
    expect(await values('Get-Mailbox', {})).toEqual([])
    expect(await addressOfUser()).toBeUndefined()
    const tried = await context.directory.users.checkPassword(
      context.tenant.id,
      'ada@contoso.test',
      'Correct horse battery',
    )
    expect(tried.ok).toBe(true)
    context.world.advance(DAY)
    expect(await values('Enable-Mailbox', { Identity: 'ada@contoso.test' })).toMatchObject([
      { Guid: made!.Guid, PrimarySmtpAddress: 'a.l@contoso.test' },
    ])
    expect(await values('Get-MailboxStatistics', { Identity: 'a.l@contoso.test' })).toMatchObject([{ ItemCount: 1 }])
    expect(await addressOfUser()).toBe('a.l@contoso.test')
  })

  it('give a new one after 30 days, or where other names are asked for', async () => {
    const { context, values } = await opened()
    const [made] = await values('Enable-Mailbox', { Identity: 'ada@contoso.test' })
    await values('Disable-Mailbox', { Identity: 'ada' })
    const [other] = await values('Enable-Mailbox', { Identity: 'ada@contoso.test', Alias: 'ada2' })
    expect(other!.Guid).not.toBe(made!.Guid)
    await values('Disable-Mailbox', { Identity: 'ada2' })
    context.world.advance(30 * DAY)
    const [third] = await values('Enable-Mailbox', { Identity: 'ada@contoso.test' })
    expect([made!.Guid, other!.Guid]).not.toContain(third!.Guid)
  })

  it('leave no name and no address to two', async () => {
    const { context, values } = await opened()
    await values('New-Mailbox', { Shared: true, Name: 'Info' })
    for (const parameters of [{ Alias: 'info' }, { PrimarySmtpAddress: 'info@contoso.test' }]) {
      const answer = await context.invoke('Enable-Mailbox', { Identity: 'ada@contoso.test', ...parameters })
      expect(answer.statusCode).toBe(400)
    }
    expect(await values('Get-Mailbox', {})).toHaveLength(1)
  })
})
