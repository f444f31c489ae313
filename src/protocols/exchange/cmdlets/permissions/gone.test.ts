import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../../../../test/support/server.ts'
import { registerAppWith } from '../../../../../test/support/directory.ts'

interface Result {
  readonly '@adminapi.warnings': readonly string[]
  readonly value: readonly Record<string, unknown>[]
}

const run = async (context: OpenServer, name: string, parameters: object): Promise<Result> =>
  (await context.invoke(name, parameters)).json<Result>()

/** Info, which desk, a group and an app may open and send as. */
async function prepared() {
  const context = await openServer()
  const { appId, objectId } = await registerAppWith(context, {})
  for (const Name of ['Info', 'Desk']) await run(context, 'New-Mailbox', { Shared: true, Name })
  await run(context, 'New-DistributionGroup', { Name: 'Readers', Type: 'Security' })
  await run(context, 'New-ServicePrincipal', { AppId: appId, ObjectId: objectId })
  for (const it of ['Desk', 'Readers', appId]) {
    await run(context, 'Add-MailboxPermission', { Identity: 'Info', User: it, AccessRights: 'FullAccess' })
    await run(context, 'Add-RecipientPermission', { Identity: 'Info', Trustee: it, AccessRights: 'SendAs' })
  }
  const entries = async (asked: object = {}) =>
    (await run(context, 'Get-MailboxPermission', { Identity: 'Info', ...asked })).value.slice(1)
  const trustees = async () =>
    (await run(context, 'Get-RecipientPermission', { Identity: 'Info' })).value.slice(1).map(({ Trustee }) => Trustee)
  return { context, appId, entries, trustees }
}

const users = (entries: readonly Record<string, unknown>[]) => entries.map(({ User }) => User)
const sids = (entries: readonly Record<string, unknown>[]) => entries.map(({ UserSid }) => UserSid)

describe('an entry of somebody who is gone', () => {
  it('is not shown unless it is asked for, and then under its SID', async () => {
    const { context, appId, entries, trustees } = await prepared()
    const before = await entries()
    expect(before).toHaveLength(3)
    await run(context, 'Remove-DistributionGroup', { Identity: 'Readers' })
    await run(context, 'Remove-ServicePrincipal', { Identity: appId })
    await run(context, 'Remove-Mailbox', { Identity: 'Desk', PermanentlyDelete: true })
    expect(await entries()).toEqual([])
    expect(await entries({ IncludeSoftDeletedUserPermissions: true })).toEqual([])
    const all = await entries({ IncludeUnresolvedPermissions: true })
    expect(sids(all)).toEqual(sids(before))
    expect(users(all)).toEqual(sids(before))
    expect(await trustees()).toEqual(sids(before))
  })

  it('is shown under the name of a user who can be had back, and is the user’s again then', async () => {
    const { context, entries } = await prepared()
    const before = await entries()
    await run(context, 'Remove-Mailbox', { Identity: 'Desk' })
    expect(await entries()).toHaveLength(2)
    expect(await entries({ IncludeUnresolvedPermissions: true })).toHaveLength(2)
    expect(await entries({ IncludeSoftDeletedUserPermissions: true })).toEqual(before)
    await run(context, 'Undo-SoftDeletedMailbox', { SoftDeletedObject: 'Desk' })
    expect(await entries()).toEqual(before)
  })

  it('is taken back by the SID, or by the name of who can be had back', async () => {
    const { context, entries, trustees } = await prepared()
    const [desk, readers] = sids(await entries())
    await run(context, 'Remove-Mailbox', { Identity: 'Desk' })
    await run(context, 'Remove-DistributionGroup', { Identity: 'Readers' })
    const full = { Identity: 'Info', AccessRights: 'FullAccess' }
    expect((await run(context, 'Get-RecipientPermission', { Trustee: desk })).value).toMatchObject([
      { Identity: 'Info' },
    ])
    for (const User of ['desk@contoso.test', readers]) {
      expect((await run(context, 'Remove-MailboxPermission', { ...full, User }))['@adminapi.warnings']).toEqual([])
    }
    const both = { IncludeUnresolvedPermissions: true, IncludeSoftDeletedUserPermissions: true }
    expect(await entries(both)).toHaveLength(1)
    await run(context, 'Remove-RecipientPermission', {
      Identity: 'Info',
      AccessRights: 'SendAs',
      MultiTrustees: [desk, readers],
    })
    expect(await trustees()).toHaveLength(1)
    expect((await context.invoke('Remove-MailboxPermission', { ...full, User: readers })).statusCode).toBe(404)
  })
})

describe('permissions on a mailbox that was removed', () => {
  const removed = { Identity: 'Info', SoftDeletedMailbox: true }

  it('are shown to who asks for it, and come back with it', async () => {
    const { context, entries, trustees } = await prepared()
    await run(context, 'Set-Mailbox', { Identity: 'Info', GrantSendOnBehalfTo: ['Desk'] })
    const [before, senders] = [await entries(), await trustees()]
    expect((await context.invoke('Get-MailboxPermission', removed)).statusCode).toBe(404)
    await run(context, 'Remove-Mailbox', { Identity: 'Info' })
    expect((await context.invoke('Get-MailboxPermission', { Identity: 'Info' })).statusCode).toBe(404)
    expect((await run(context, 'Get-MailboxPermission', removed)).value.slice(1)).toEqual(before)
    await run(context, 'Undo-SoftDeletedMailbox', { SoftDeletedObject: 'Info' })
    expect(await entries()).toEqual(before)
    expect(await trustees()).toEqual(senders)
    expect((await run(context, 'Get-Mailbox', { Identity: 'Info' })).value).toMatchObject([
      { GrantSendOnBehalfTo: ['Desk'] },
    ])
  })

  it('are taken back before it is had back', async () => {
    const { context, entries } = await prepared()
    await run(context, 'Remove-Mailbox', { Identity: 'Info' })
    const desk = { ...removed, User: 'Desk', AccessRights: 'FullAccess' }
    expect((await run(context, 'Remove-MailboxPermission', desk))['@adminapi.warnings']).toEqual([])
    expect((await run(context, 'Remove-MailboxPermission', desk))['@adminapi.warnings']).toHaveLength(1)
    await run(context, 'Undo-SoftDeletedMailbox', { SoftDeletedObject: 'Info' })
    expect(await entries()).toHaveLength(2)
  })
})
