import { describe, expect, it } from 'vitest'
import { silentLog } from '../../../../core/log.ts'
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

describe('service principals of Exchange', () => {
  it('are pointers with a Guid and a Sid of their own, named by the ObjectId', async () => {
    const context = await openServer()
    const { appId, objectId } = await registerAppWith(context, {})
    const { value } = await run(context, 'New-ServicePrincipal', { AppId: appId, ServiceId: objectId })
    expect(value).toMatchObject([
      {
        AppId: appId,
        ObjectId: objectId,
        Name: objectId,
        Identity: objectId,
        Id: objectId,
        DisplayName: '',
        SidHistory: [],
      },
    ])
    const [made] = value
    expect(made!.Sid).toMatch(/^S-1-5-21-/)
    expect(made!.Guid).toBe(made!.ExchangeObjectId)
    expect([appId, objectId]).not.toContain(made!.Guid)
    expect(String(made!.DistinguishedName)).toMatch(`CN=${objectId},OU=contoso.test,`)
    for (const Identity of [appId, objectId, made!.Guid, made!.Sid]) {
      expect((await run(context, 'Get-ServicePrincipal', { Identity })).value).toEqual(value)
    }
    expect((await run(context, 'Get-ServicePrincipal', {})).value).toEqual(value)
  })

  it('are made of a wrong ObjectId too: sign-in finds out', async () => {
    const context = await openServer()
    const { appId } = await registerAppWith(context, {})
    const app = await context.directory.apps.find(context.tenant.id, { appId })
    const { value } = await run(context, 'New-ServicePrincipal', { AppId: appId, ObjectId: app!.id })
    expect(value).toMatchObject([{ ObjectId: app!.id }])
  })

  it('are not created twice, found without existing, or removed twice', async () => {
    const context = await openServer()
    const { appId, objectId } = await registerAppWith(context, {})
    await run(context, 'New-ServicePrincipal', { AppId: appId, ObjectId: objectId })
    expect(await errorOf(context, 'New-ServicePrincipal', { AppId: appId, ObjectId: objectId })).toMatch(
      /ADObjectAlreadyExists/,
    )
    expect((await run(context, 'Remove-ServicePrincipal', { Identity: appId })).value).toEqual([])
    expect(await errorOf(context, 'Remove-ServicePrincipal', { Identity: appId })).toMatch(/ManagementObjectNotFound/)
    expect(await errorOf(context, 'Get-ServicePrincipal', { Identity: appId })).toMatch(/ManagementObjectNotFound/)
  })

  it('are all shown for an unknown name where exchange.unknown_service_principal says so', async () => {
    const context = await openServer(silentLog, { 'exchange.unknown_service_principal': 'all' })
    for (let made = 0; made < 2; made++) {
      const { appId, objectId } = await registerAppWith(context, {})
      await run(context, 'New-ServicePrincipal', { AppId: appId, ObjectId: objectId })
    }
    const all = (await run(context, 'Get-ServicePrincipal', {})).value
    expect(all).toHaveLength(2)
    expect((await run(context, 'Get-ServicePrincipal', { Identity: null })).value).toEqual(all)
    expect((await run(context, 'Get-ServicePrincipal', { Identity: 'nobody' })).value).toEqual(all)
    expect((await run(context, 'Get-ServicePrincipal', { Identity: all[1]!.AppId })).value).toEqual([all[1]])
    expect(await errorOf(context, 'Remove-ServicePrincipal', { Identity: 'nobody' })).toMatch(
      /ManagementObjectNotFound/,
    )
  })

  it('are changed in what is shown of them, with a line in the audit', async () => {
    const context = await openServer()
    const { appId, objectId } = await registerAppWith(context, {})
    const made = (await run(context, 'New-ServicePrincipal', { AppId: appId, ObjectId: objectId })).value[0]!
    expect(made.OverrideEnforceExoAppRbacPermissions).toBe(false)
    const change = { DisplayName: 'Billing', OverrideEnforceExoAppRbacPermissions: true }
    expect((await run(context, 'Set-ServicePrincipal', { Identity: appId, ...change })).value).toEqual([])
    const shown = await run(context, 'Get-ServicePrincipal', { Identity: 'billing' })
    expect(shown.value).toMatchObject([{ ...change, AppId: appId, ObjectId: objectId, Sid: made.Sid, Guid: made.Guid }])
    await run(context, 'Set-ServicePrincipal', { Identity: appId, OverrideEnforceExoAppRbacPermissions: false })
    expect((await run(context, 'Get-ServicePrincipal', { Identity: appId })).value).toMatchObject([
      { DisplayName: 'Billing', OverrideEnforceExoAppRbacPermissions: false },
    ])
    const { value: audited } = await run(context, 'Search-UnifiedAuditLog', {
      StartDate: '2000-01-01',
      EndDate: '2100-01-01',
      Operations: 'Set-ServicePrincipal',
    })
    expect(audited).toHaveLength(2)
  })

  it('keep their AppId and ObjectId, and are not changed without existing', async () => {
    const context = await openServer()
    const { appId, objectId } = await registerAppWith(context, {})
    await run(context, 'New-ServicePrincipal', { AppId: appId, ObjectId: objectId })
    for (const other of [{ AppId: objectId }, { ObjectId: appId }]) {
      expect(await errorOf(context, 'Set-ServicePrincipal', { Identity: appId, ...other })).toMatch(
        /ParameterBindingException\|A parameter cannot be found/,
      )
    }
    expect(await errorOf(context, 'Set-ServicePrincipal', { Identity: 'Nobody', DisplayName: 'Billing' })).toMatch(
      /ManagementObjectNotFound/,
    )
    expect((await run(context, 'Get-ServicePrincipal', {})).value).toMatchObject([{ AppId: appId, ObjectId: objectId }])
  })
})

const prepared = async () => {
  const context = await openServer()
  const { appId, objectId } = await registerAppWith(context, {})
  await run(context, 'New-Mailbox', { Shared: true, Name: 'Info' })
  const { value } = await run(context, 'New-ServicePrincipal', { AppId: appId, ObjectId: objectId })
  return { context, appId, objectId, principal: value[0]! }
}

describe('mailbox permissions', () => {
  it('show NT AUTHORITY\\SELF on every mailbox', async () => {
    const { context } = await prepared()
    expect((await run(context, 'Get-MailboxPermission', { Identity: 'Info' })).value).toMatchObject([
      {
        Identity: 'Info',
        User: 'NT AUTHORITY\\SELF',
        AccessRights: ['FullAccess', 'ReadPermission'],
        Deny: false,
        IsInherited: false,
      },
    ])
  })

  it('are granted to a service principal by any of its names, and shown under its Sid', async () => {
    const { context, appId, objectId, principal } = await prepared()
    for (const User of [appId, objectId, principal.Guid, principal.Sid]) {
      const granted = await run(context, 'Add-MailboxPermission', {
        Identity: 'Info',
        User,
        AccessRights: 'FullAccess',
      })
      expect(granted).toMatchObject({
        '@adminapi.warnings': [],
        value: [{ Identity: 'Info', User: principal.Sid, AccessRights: ['FullAccess'], InheritanceType: 'All' }],
      })
      const shown = await run(context, 'Get-MailboxPermission', { Identity: 'Info', User })
      expect(shown.value).toEqual(granted.value)
      await run(context, 'Remove-MailboxPermission', { Identity: 'Info', User, AccessRights: ['FullAccess'] })
    }
  })

  it('are granted to a user', async () => {
    const { context } = await prepared()
    await run(context, 'New-Mailbox', {
      Name: 'Ada',
      MicrosoftOnlineServicesID: 'ada@contoso.test',
      Password: 'Xy7!aaaaaa',
    })
    const granted = await run(context, 'Add-MailboxPermission', {
      Identity: 'Info',
      User: 'ada',
      AccessRights: 'FullAccess',
    })
    expect(granted.value).toMatchObject([{ User: 'ada@contoso.test' }])
  })

  it('warn of what is already there, and of what is not', async () => {
    const { context, appId, principal } = await prepared()
    const grant = { Identity: 'Info', User: appId, AccessRights: 'FullAccess' }
    await run(context, 'Add-MailboxPermission', grant)
    const again = await run(context, 'Add-MailboxPermission', grant)
    expect(again['@adminapi.warnings']).toEqual([
      `The appropriate access control entry is already present on the object "Info" for account "${String(principal.Sid)}".`,
    ])
    expect((await run(context, 'Remove-MailboxPermission', grant))['@adminapi.warnings']).toEqual([])
    expect((await run(context, 'Remove-MailboxPermission', grant))['@adminapi.warnings']).toEqual([
      `Can't remove the access control entry on the object "Info" for the user account "${String(principal.Sid)}" because the ACE doesn't exist on the object.`,
    ])
  })

  it('keep an entry that denies beside the one that grants', async () => {
    const { context, appId } = await prepared()
    const grant = { Identity: 'Info', User: appId, AccessRights: 'FullAccess' }
    await run(context, 'Add-MailboxPermission', grant)
    await run(context, 'Add-MailboxPermission', { ...grant, Deny: true })
    const shown = (await run(context, 'Get-MailboxPermission', { Identity: 'Info', User: appId })).value
    expect(new Set(shown.map((it) => it.Deny))).toEqual(new Set([false, true]))
  })

  it('are of one user or of the owner, and not of both', async () => {
    const { context, appId } = await prepared()
    expect(await errorOf(context, 'Get-MailboxPermission', { Identity: 'Info', Owner: true, User: appId })).toMatch(
      /exclude each other/,
    )
  })

  it('are shown with the names that people see', async () => {
    const { context, appId } = await prepared()
    const desk = { Name: 'Desk', DisplayName: 'The service desk', Shared: true }
    await run(context, 'New-Mailbox', desk)
    await run(context, 'Set-ServicePrincipal', { Identity: appId, DisplayName: 'Billing' })
    for (const User of ['Desk', appId]) {
      await run(context, 'Add-MailboxPermission', { Identity: 'Info', User, AccessRights: 'FullAccess' })
    }
    const plain = (await run(context, 'Get-MailboxPermission', { Identity: 'Info' })).value
    const names = ['NT AUTHORITY\\SELF', desk.DisplayName, 'Billing']
    expect(
      (await run(context, 'Get-MailboxPermission', { Identity: 'Info', IncludeUserWithDisplayName: true })).value,
    ).toEqual(names.map((UserDisplayName, at) => ({ ...plain[at], UserDisplayName })))
  })

  it('are all taken back at once, but for the own', async () => {
    const { context, appId } = await prepared()
    const grant = { Identity: 'Info', User: appId, AccessRights: ['FullAccess', 'DeleteItem'] }
    await run(context, 'Add-MailboxPermission', grant)
    await run(context, 'Add-MailboxPermission', { ...grant, Deny: true })
    const shown = async () => (await run(context, 'Get-MailboxPermission', { Identity: 'Info' })).value
    await run(context, 'Remove-MailboxPermission', { Identity: 'Info', ClearAutoMapping: true })
    expect(await shown()).toHaveLength(3)
    expect((await run(context, 'Remove-MailboxPermission', { Identity: 'Info', ResetDefault: true })).value).toEqual([])
    expect(await shown()).toMatchObject([{ User: 'NT AUTHORITY\\SELF' }])
  })

  it.each([
    {},
    { User: 'a' },
    { AccessRights: 'FullAccess' },
    { User: 'a', AccessRights: 'FullAccess', ResetDefault: true },
    { ResetDefault: true, ClearAutoMapping: true },
  ])('are not taken back when it is not said which: %j', async (parameters) => {
    const { context } = await prepared()
    expect(await errorOf(context, 'Remove-MailboxPermission', { Identity: 'Info', ...parameters })).toMatch(
      /needs either -User and -AccessRights, or -Instance, or -ResetDefault, or -ClearAutoMapping/,
    )
  })

  it('are refused for whom nobody knows', async () => {
    const { context, appId } = await prepared()
    const grant = { Identity: 'Info', User: 'nobody', AccessRights: 'FullAccess' }
    expect(await errorOf(context, 'Add-MailboxPermission', grant)).toMatch(/object 'nobody' couldn't be found/)
    expect(await errorOf(context, 'Add-MailboxPermission', { ...grant, Identity: 'none', User: appId })).toMatch(
      /object 'none'/,
    )
    expect(
      await errorOf(context, 'Add-MailboxPermission', { ...grant, User: appId, AccessRights: 'Everything' }),
    ).toMatch(/expected a list of/)
  })
})
