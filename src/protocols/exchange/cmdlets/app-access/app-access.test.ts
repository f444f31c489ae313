import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../../../../test/support/server.ts'
import { registerAppWith } from '../../../../../test/support/directory.ts'

type Row = Readonly<Record<string, unknown>>

const run = async (context: OpenServer, name: string, parameters: object): Promise<readonly Row[]> =>
  (await context.invoke(name, parameters)).json<{ value: readonly Row[] }>().value

const warningsOf = async (context: OpenServer, name: string, parameters: object): Promise<readonly string[]> =>
  (await context.invoke(name, parameters)).json<{ '@adminapi.warnings': string[] }>()['@adminapi.warnings']

const errorOf = async (context: OpenServer, name: string, parameters: object): Promise<string> => {
  const answer = await context.invoke(name, parameters)
  return answer.json<{ error: { details: { message: string }[] } }>().error.details[0]!.message
}

async function prepared() {
  const context = await openServer()
  const { appId, objectId } = await registerAppWith(context, {})
  await run(context, 'New-ServicePrincipal', { AppId: appId, ObjectId: objectId, DisplayName: 'Reader' })
  await run(context, 'New-Mailbox', {
    Name: 'ada',
    MicrosoftOnlineServicesID: 'ada@contoso.test',
    Password: 'Engine-1843!',
  })
  await run(context, 'New-Mailbox', {
    Name: 'kim',
    MicrosoftOnlineServicesID: 'kim@contoso.test',
    Password: 'Engine-1843!',
  })
  await run(context, 'New-Mailbox', { Name: 'info', Shared: true })
  return { context, appId, objectId }
}

const other = '3dbc2ae1-7198-45ed-9f9f-d86ba3ec35b5'

describe('application access policies', () => {
  it('keep an app to a mailbox, and are tested as scripts test them', async () => {
    const { context, appId } = await prepared()
    const made = await run(context, 'New-ApplicationAccessPolicy', {
      AppId: appId,
      AccessRight: 'restrictaccess',
      PolicyScopeGroupId: 'ada@contoso.test',
      Description: 'Only ada',
    })
    const ada = (await run(context, 'Get-Mailbox', { Identity: 'ada' }))[0]!.ExternalDirectoryObjectId as string
    expect(made).toMatchObject([
      {
        ScopeName: 'ada',
        ScopeIdentity: 'ada',
        AppId: appId,
        AccessRight: 'RestrictAccess',
        Description: 'Only ada',
        ShardType: 'All',
        IsValid: true,
      },
    ])
    expect(String(made[0]!.ScopeIdentityRaw).split(';')[1]).toBe(ada)
    expect(made[0]!.Identity).toBe(`${context.tenant.id}\\${appId}:${String(made[0]!.ScopeIdentityRaw)}`)
    const test = (Identity: string, AppId: unknown) => run(context, 'Test-ApplicationAccessPolicy', { Identity, AppId })
    expect(await test('ada', appId)).toEqual([
      {
        AppId: appId,
        Mailbox: 'ada',
        MailboxId: ada,
        MailboxSid: String(made[0]!.ScopeIdentityRaw).split(';')[0],
        AccessCheckResult: 'Granted',
      },
    ])
    expect(await test('kim@contoso.test', [appId, other])).toMatchObject([
      { AppId: appId, Mailbox: 'kim', AccessCheckResult: 'Denied' },
      { AppId: other, Mailbox: 'kim', AccessCheckResult: 'Granted' },
    ])
  })

  it('are of groups too, which are tested themselves', async () => {
    const { context, appId } = await prepared()
    await run(context, 'New-DistributionGroup', { Name: 'Staff', Type: 'Security', Members: ['info', 'ada'] })
    await run(context, 'New-ApplicationAccessPolicy', {
      AppId: appId,
      AccessRight: 'RestrictAccess',
      PolicyScopeGroupId: 'Staff',
    })
    const tested = async (Identity: string) =>
      (await run(context, 'Test-ApplicationAccessPolicy', { Identity, AppId: appId }))[0]!
    expect(await tested('Staff')).toMatchObject({ Mailbox: 'Staff', AccessCheckResult: 'Granted' })
    expect(await tested('info')).toMatchObject({ Mailbox: 'info', AccessCheckResult: 'Granted' })
    expect(await tested('kim')).toMatchObject({ AccessCheckResult: 'Denied' })
    expect(await errorOf(context, 'Test-ApplicationAccessPolicy', { Identity: 'nobody', AppId: appId })).toMatch(
      /ManagementObjectNotFoundException/,
    )
  })

  it('deny every app with an asterisk, and a denial wins', async () => {
    const { context, appId } = await prepared()
    await run(context, 'New-ApplicationAccessPolicy', {
      AppId: [appId],
      AccessRight: 'RestrictAccess',
      PolicyScopeGroupId: 'ada',
    })
    await run(context, 'New-ApplicationAccessPolicy', {
      AppId: '*',
      AccessRight: 'DenyAccess',
      PolicyScopeGroupId: 'ada',
    })
    const tested = await run(context, 'Test-ApplicationAccessPolicy', { Identity: 'ada', AppId: [appId, other] })
    expect(tested.map((it) => it.AccessCheckResult)).toEqual(['Denied', 'Denied'])
  })

  it('are shown, described again and removed by their identity', async () => {
    const { context, appId } = await prepared()
    const policy = { AppId: [appId, other], AccessRight: 'DenyAccess', PolicyScopeGroupId: 'kim' }
    const made = await run(context, 'New-ApplicationAccessPolicy', policy)
    expect(made.map((it) => it.AppId)).toEqual([appId, other])
    const { Identity } = made[0]!
    // In an order that is the server's own.
    expect(new Set(await run(context, 'Get-ApplicationAccessPolicy', {}))).toEqual(new Set(made))
    await run(context, 'Set-ApplicationAccessPolicy', { Identity, Description: 'Not kim' })
    expect(await run(context, 'Get-ApplicationAccessPolicy', { Identity })).toEqual([
      { ...made[0], Description: 'Not kim' },
    ])
    await run(context, 'Remove-ApplicationAccessPolicy', { Identity })
    expect(await errorOf(context, 'Remove-ApplicationAccessPolicy', { Identity })).toMatch(/ManagementObjectNotFound/)
    expect(await run(context, 'Get-ApplicationAccessPolicy', {})).toEqual([made[1]])
  })

  it('are refused for a shared mailbox, for nobody, for what is no GUID, and twice', async () => {
    const { context, appId } = await prepared()
    const refused = (policy: object) =>
      errorOf(context, 'New-ApplicationAccessPolicy', {
        AppId: appId,
        AccessRight: 'DenyAccess',
        PolicyScopeGroupId: 'ada',
        ...policy,
      })
    expect(await refused({ PolicyScopeGroupId: 'info' })).toMatch(
      /DataValidationException\|'info' is a SharedMailbox and no security principal/,
    )
    expect(await refused({ PolicyScopeGroupId: 'nobody' })).toMatch(/ManagementObjectNotFoundException/)
    expect(await refused({ AppId: 'Reader' })).toMatch(/'Reader' is not a GUID/)
    expect(await refused({ AccessRight: 'AllowAccess' })).toMatch(/ParameterBindingException.*RestrictAccess/)
    await run(context, 'New-ApplicationAccessPolicy', {
      AppId: appId,
      AccessRight: 'DenyAccess',
      PolicyScopeGroupId: 'ada',
    })
    expect(await refused({ AccessRight: 'RestrictAccess' })).toMatch(/ADObjectAlreadyExistsException/)
  })
})

const scope = (further: object) => ({ Name: 's', RecipientRestrictionFilter: "Alias -eq 'ada'", ...further })

describe('management scopes', () => {
  it('are made, shown, changed and removed', async () => {
    const { context } = await prepared()
    const [made] = await run(context, 'New-ManagementScope', {
      Name: 'Shared',
      RecipientRestrictionFilter: "RecipientTypeDetails -eq 'SharedMailbox'",
      RecipientRoot: 'contoso.test',
    })
    expect(made).toMatchObject({
      Name: 'Shared',
      ScopeRestrictionType: 'RecipientScope',
      Exclusive: false,
      RecipientFilter: "RecipientTypeDetails -eq 'SharedMailbox'",
    })
    expect(await run(context, 'Get-ManagementScope', { Identity: 'shared' })).toEqual([made])
    await run(context, 'Set-ManagementScope', {
      Identity: 'Shared',
      Name: 'Kim',
      RecipientRestrictionFilter: "Alias -eq 'kim'",
    })
    expect(await run(context, 'Get-ManagementScope', { Orphan: true })).toMatchObject([
      { Name: 'Kim', RecipientFilter: "Alias -eq 'kim'" },
    ])
    await run(context, 'Remove-ManagementScope', { Identity: 'Kim' })
    expect(await run(context, 'Get-ManagementScope', {})).toEqual([])
  })

  it('are refused with a filter or a root that means nothing; an exclusive one restricts no app', async () => {
    const { context } = await prepared()
    expect(await errorOf(context, 'New-ManagementScope', scope({ RecipientRestrictionFilter: 'Alias' }))).toMatch(
      /Invalid filter syntax/,
    )
    expect(await errorOf(context, 'New-ManagementScope', scope({ RecipientRoot: 'elsewhere' }))).toMatch(
      /ManagementObjectNotFoundException/,
    )
    expect(await warningsOf(context, 'New-ManagementScope', scope({ Exclusive: true }))).toEqual([
      'An exclusive management scope does not restrict what apps may open.',
    ])
    expect(await run(context, 'Get-ManagementScope', { Exclusive: false })).toEqual([])
  })
})

const scoped = async () => {
  const opened = await prepared()
  const { context, objectId } = opened
  await run(context, 'New-ManagementScope', {
    Name: 'Shared',
    RecipientRestrictionFilter: "RecipientTypeDetails -eq 'SharedMailbox'",
  })
  const [made] = await run(context, 'New-ManagementRoleAssignment', {
    App: objectId,
    Role: 'application mail.read',
    CustomResourceScope: 'Shared',
  })
  return { ...opened, made: made! }
}

describe('roles of apps', () => {
  it('are assigned over a scope, and tested with a mailbox and without one', async () => {
    const { context, appId, objectId, made } = await scoped()
    expect(made).toMatchObject({
      Name: `Application Mail.Read-${objectId}`,
      Role: 'Application Mail.Read',
      RoleAssigneeName: objectId,
      RoleAssigneeType: 'ServicePrincipal',
      AssignmentMethod: 'Direct',
      CustomResourceScope: 'Shared',
      Enabled: true,
    })
    await run(context, 'New-ManagementRoleAssignment', {
      App: appId,
      Role: 'Application Mail Full Access',
      Name: 'full',
    })
    const test = (parameters: object) => run(context, 'Test-ServicePrincipalAuthorization', parameters)
    const read = {
      RoleName: 'Application Mail.Read',
      GrantedPermissions: 'Mail.Read',
      AllowedResourceScope: 'Shared',
      ScopeType: 'CustomRecipientScope',
    }
    const full = {
      RoleName: 'Application Mail Full Access',
      GrantedPermissions: 'Mail.ReadWrite, Mail.Send',
      AllowedResourceScope: 'Organization',
      ScopeType: 'Organization',
    }
    expect(await test({ Identity: 'Reader' })).toEqual([
      { ...read, InScope: 'Not Run' },
      { ...full, InScope: 'Not Run' },
    ])
    expect(await test({ Identity: appId, Resource: 'info@contoso.test' })).toEqual([
      { ...read, InScope: 'True' },
      { ...full, InScope: 'True' },
    ])
    expect(await test({ Identity: objectId, Resource: 'ada' })).toEqual([
      { ...read, InScope: 'False' },
      { ...full, InScope: 'True' },
    ])
  })

  it('are assigned over mailboxes by what the organization says of them, as in the documentation', async () => {
    const { context, appId } = await prepared()
    await run(context, 'Set-Mailbox', { Identity: 'kim', CustomAttribute1: '012332' })
    await run(context, 'New-ManagementScope', {
      Name: 'Canada',
      RecipientRestrictionFilter: "CustomAttribute1 -eq '012332'",
    })
    await run(context, 'New-ManagementRoleAssignment', {
      App: appId,
      Role: 'Application Calendars.Read',
      CustomResourceScope: 'Canada',
    })
    const inScope = async (Resource: string) =>
      (await run(context, 'Test-ServicePrincipalAuthorization', { Identity: appId, Resource })).map((it) => it.InScope)
    expect(await inScope('kim')).toEqual(['True'])
    expect(await inScope('ada')).toEqual(['False'])
  })

  it('are listed by what is asked, put out of force, moved to another scope and removed', async () => {
    const { context, appId, made } = await scoped()
    const list = async (parameters: object) =>
      (await run(context, 'Get-ManagementRoleAssignment', parameters)).map((it) => it.Name)
    await run(context, 'New-ManagementRoleAssignment', { App: appId, Role: 'Application Mail.Send', Name: 'send' })
    expect(await list({})).toEqual([made.Name, 'send'])
    expect(await list({ RoleAssignee: appId, Role: 'Application Mail.Send' })).toEqual(['send'])
    expect(await list({ CustomResourceScope: 'Shared' })).toEqual([made.Name])
    await run(context, 'Set-ManagementRoleAssignment', {
      Identity: 'send',
      Enabled: false,
      CustomResourceScope: 'Shared',
    })
    expect(await list({ Enabled: false })).toEqual(['send'])
    expect(await list({ CustomResourceScope: 'Shared' })).toEqual([made.Name, 'send'])
    expect(await run(context, 'Test-ServicePrincipalAuthorization', { Identity: appId })).toHaveLength(1)
    expect(await errorOf(context, 'Remove-ManagementScope', { Identity: 'Shared' })).toMatch(
      /The management scope 'Shared' is used by the role assignment/,
    )
    await run(context, 'Remove-ManagementRoleAssignment', { Identity: made.Guid })
    expect(await list({})).toEqual(['send'])
  })

  it('are assigned over the members of a group', async () => {
    const { context, appId } = await prepared()
    const { directory, tenant } = context
    const mailbox = (await directory.mailboxes.find(tenant.id, 'info'))!
    await directory.groups.create(tenant.id, {
      name: 'robots',
      alias: 'robots',
      displayName: 'Robots',
      primarySmtpAddress: 'robots@contoso.test',
      type: 'Security',
      members: [{ kind: 'mailbox', mailbox }],
    })
    await run(context, 'New-ManagementRoleAssignment', {
      App: appId,
      Role: 'Application Mail.Send',
      RecipientGroupScope: 'robots',
    })
    expect(await run(context, 'Get-ManagementRoleAssignment', {})).toMatchObject([
      { RecipientGroupScope: 'robots', CustomResourceScope: null, RecipientWriteScope: 'CustomRecipientScope' },
    ])
    expect(
      await run(context, 'Test-ServicePrincipalAuthorization', { Identity: appId, Resource: 'info' }),
    ).toMatchObject([{ AllowedResourceScope: 'robots', ScopeType: 'CustomRecipientScope', InScope: 'True' }])
  })

  it('are refused for an unknown role, app or scope; IMAP and POP have no roles', async () => {
    const { context, appId } = await scoped()
    const refused = (parameters: object) =>
      errorOf(context, 'New-ManagementRoleAssignment', { App: appId, Role: 'Application Mail.Read', ...parameters })
    expect(await refused({ Role: 'Application IMAP.AccessAsApp' })).toMatch(
      /'Application IMAP.AccessAsApp' couldn't be/,
    )
    expect(await refused({ Role: 'Application POP.AccessAsApp' })).toMatch(/ManagementObjectNotFound/)
    expect(await refused({ App: other })).toMatch(/ManagementObjectNotFound/)
    expect(await refused({ CustomResourceScope: 'Nobody' })).toMatch(/ManagementObjectNotFound/)
    expect(await refused({ RecipientAdministrativeUnitScope: other })).toMatch(/ManagementObjectNotFound/)
    expect(await refused({ CustomResourceScope: 'Shared', RecipientGroupScope: 'g' })).toMatch(/exclude each other/)
  })

  it('are an administrator’s for whom all roles are: a recipient administrator knows no such cmdlet', async () => {
    const { context } = await prepared()
    const recipients = await registerAppWith(context, {
      roles: ['Exchange.ManageAsApp'],
      directoryRoles: ['31392ffb-586c-42d1-9346-e59415a2cc4e'],
    })
    const bearer = await context.token(recipients)
    for (const name of ['Get-ManagementScope', 'New-ManagementRoleAssignment', 'Get-ApplicationAccessPolicy']) {
      expect((await context.invoke(name, {}, { bearer })).statusCode).toBe(404)
    }
  })
})
