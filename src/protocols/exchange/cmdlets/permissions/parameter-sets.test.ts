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

/** Info, on which an app and desk have an entry. */
async function prepared() {
  const context = await openServer()
  const { appId, objectId } = await registerAppWith(context, {})
  for (const Name of ['Info', 'Desk']) await run(context, 'New-Mailbox', { Shared: true, Name })
  await run(context, 'New-ServicePrincipal', { AppId: appId, ObjectId: objectId })
  for (const User of [appId, 'Desk']) {
    const AccessRights = ['FullAccess', 'DeleteItem']
    await run(context, 'Add-MailboxPermission', { Identity: 'Info', User, AccessRights })
    await run(context, 'Add-MailboxPermission', { Identity: 'Info', User, AccessRights, Deny: true })
  }
  const entries = async () => (await run(context, 'Get-MailboxPermission', { Identity: 'Info' })).value.slice(1)
  const owner = async (asked: object = {}) =>
    (await run(context, 'Get-MailboxPermission', { Identity: 'Info', Owner: true, ...asked })).value
  return { context, entries, owner }
}

describe('the owner of a mailbox', () => {
  it('is NT AUTHORITY\\SELF unless another is set, and is told apart from the entries', async () => {
    const { context, entries, owner } = await prepared()
    const before = await entries()
    expect(await owner()).toMatchObject([
      { Identity: 'Info', User: 'NT AUTHORITY\\SELF', Owner: 'NT AUTHORITY\\SELF', AccessRights: [], IsOwner: true },
    ])
    const set = await run(context, 'Add-MailboxPermission', { Identity: 'Info', Owner: 'Desk' })
    expect(set.value).toMatchObject([{ Identity: 'Info', User: 'Desk@contoso.test', Owner: 'Desk@contoso.test' }])
    expect(await owner()).toEqual(set.value)
    expect(await owner({ IncludeUserWithDisplayName: true })).toEqual([{ ...set.value[0], UserDisplayName: 'Desk' }])
    expect(await entries()).toEqual(before)
    await run(context, 'Add-MailboxPermission', { Identity: 'Info', Owner: 'NT AUTHORITY\\SELF' })
    expect(await owner()).toMatchObject([{ Owner: 'NT AUTHORITY\\SELF' }])
  })

  it('is a security group too, stays with a mailbox that is had back, and is a SID when it is gone', async () => {
    const { context, owner } = await prepared()
    await run(context, 'New-DistributionGroup', { Name: 'Owners', Type: 'Security' })
    await run(context, 'Add-MailboxPermission', { Identity: 'Info', Owner: 'Owners' })
    await run(context, 'Remove-Mailbox', { Identity: 'Info' })
    await run(context, 'Undo-SoftDeletedMailbox', { SoftDeletedObject: 'Info' })
    const [shown] = await owner()
    expect(shown).toMatchObject({ Owner: 'Owners' })
    await run(context, 'Remove-DistributionGroup', { Identity: 'Owners' })
    expect(await owner()).toMatchObject([{ Owner: shown!.UserSid }])
  })

  it('is on record in the audit', async () => {
    const { context } = await prepared()
    await run(context, 'Add-MailboxPermission', { Identity: 'Info', Owner: 'Desk' })
    const { value } = await run(context, 'Search-UnifiedAuditLog', {
      StartDate: '2000-01-01',
      EndDate: '2100-01-01',
      Operations: 'Add-MailboxPermission',
    })
    expect(value).toHaveLength(5)
    expect(String(value[0]!.AuditData)).toContain('"Name":"Owner","Value":"Desk"')
  })

  it('is somebody who is there, and is not set beside an entry', async () => {
    const { context, owner } = await prepared()
    for (const parameters of [
      { Owner: 'nobody' },
      { Owner: 'Desk', User: 'Desk' },
      { Owner: 'Desk', AccessRights: 'FullAccess' },
      { User: 'Desk' },
      { AccessRights: 'FullAccess' },
      {},
    ]) {
      expect(await errorOf(context, 'Add-MailboxPermission', { Identity: 'Info', ...parameters })).toMatch(
        /ManagementObjectNotFound|needs either -User and -AccessRights, or -Owner/,
      )
    }
    expect(await owner()).toMatchObject([{ Owner: 'NT AUTHORITY\\SELF' }])
  })
})

describe('an entry as it was shown', () => {
  it('is taken back, its denial too', async () => {
    const { context, entries } = await prepared()
    for (const Instance of await entries()) {
      const left = (await entries()).length
      expect((await run(context, 'Remove-MailboxPermission', { Instance }))['@adminapi.warnings']).toEqual([])
      expect(await entries()).toHaveLength(left - 1)
    }
  })

  it('gives way to what is said besides', async () => {
    const { context, entries } = await prepared()
    const [Instance] = await entries()
    await run(context, 'Remove-MailboxPermission', { Instance, AccessRights: 'DeleteItem', User: 'Desk', Deny: true })
    expect((await entries()).map(({ AccessRights }) => (AccessRights as string[]).length)).toEqual([2, 2, 2, 1])
    await run(context, 'Remove-MailboxPermission', { Identity: 'Desk', Instance })
    expect(await entries()).toHaveLength(4)
  })

  it('is not taken back where it does not say what of whom on which mailbox', async () => {
    const { context, entries } = await prepared()
    const whole = { Identity: 'Info', User: 'Desk', AccessRights: ['FullAccess'] }
    for (const parameters of [
      { Instance: {} },
      { Instance: { Identity: 'Info' } },
      { Instance: { ...whole, AccessRights: ['Everything'] } },
      { Instance: { ...whole, Identity: '' } },
      { Instance: whole, ResetDefault: true },
    ]) {
      expect(await errorOf(context, 'Remove-MailboxPermission', parameters)).toMatch(/ParameterBindingException/)
    }
    expect(await entries()).toHaveLength(4)
  })
})

describe('the other parameters', () => {
  it('-GroupMailbox means the mailbox of a Microsoft 365 group, which is not found', async () => {
    const { context, entries } = await prepared()
    const entry = { User: 'Desk', AccessRights: 'FullAccess' }
    for (const [verb, parameters] of Object.entries({ Add: entry, Get: {}, Remove: entry })) {
      const asked = { Identity: 'Info', GroupMailbox: true, ...parameters }
      expect(await errorOf(context, `${verb}-MailboxPermission`, asked)).toMatch(
        /ManagementObjectNotFoundException\|The operation couldn't be performed because object 'Info' couldn't be found/,
      )
    }
    expect(await entries()).toHaveLength(4)
  })

  it('SendAs among -AccessRights is no right of a mailbox', async () => {
    const { context, entries } = await prepared()
    const sendAs = { Identity: 'Info', User: 'Desk', AccessRights: 'SendAs' }
    expect((await run(context, 'Remove-MailboxPermission', sendAs))['@adminapi.warnings'].join()).toMatch(
      /because the ACE doesn't exist on the object\.$/,
    )
    const both = { ...sendAs, AccessRights: ['FullAccess', 'DeleteItem', 'SendAs'] }
    expect((await run(context, 'Remove-MailboxPermission', both))['@adminapi.warnings']).toEqual([])
    expect(await entries()).toHaveLength(3)
    expect((await context.invoke('Add-MailboxPermission', sendAs)).statusCode).toBe(400)
  })

  it('-BypassMasterAccountSid lets an entry that is not there pass', async () => {
    const { context } = await prepared()
    const absent = { Identity: 'Info', User: 'Desk', AccessRights: 'ReadPermission' }
    expect((await run(context, 'Remove-MailboxPermission', absent))['@adminapi.warnings']).toHaveLength(1)
    const silently = await run(context, 'Remove-MailboxPermission', { ...absent, BypassMasterAccountSid: true })
    expect(silently['@adminapi.warnings']).toEqual([])
  })
})
