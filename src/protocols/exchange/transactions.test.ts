import { beforeEach, describe, expect, it } from 'vitest'
import { type OpenServer, openServer, signInUser, withPasswords } from '../../../test/support/server.ts'
import { everything, FailingEngine, withEachFailing } from '../../../test/support/failing-engine.ts'
import { newMailbox, registerApp } from '../../../test/support/directory.ts'
import { changes } from '../../cmdlets/cmdlet.ts'
import { sql } from '../../storage/engine.ts'
import { realDisk } from '../../storage/files/disk.ts'
import { commands } from './cmdlets/index.ts'

/** A cmdlet as it is given; some of it is known only when those before have run. */
type Step = readonly [name: string, parameters: object | (() => object)]

interface Stage {
  readonly context: OpenServer
  readonly failing: FailingEngine
  readonly state: Awaited<ReturnType<typeof everything>>
  readonly appId: string
  readonly objectId: string
  readonly invoke: OpenServer['invoke']
  /** How many records the audit has. */
  readonly records: () => Promise<number>
  readonly latest: () => Promise<Record<string, unknown>>
}

const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10'

const adding = (...add: readonly string[]) => ({ '@odata.type': '#Exchange.GenericHashTable', add })

async function opened(): Promise<Stage> {
  const failing = new FailingEngine()
  // Nothing here is to outlast the test.
  const disk = { ...realDisk, sync: async () => {} }
  const context = await openServer(undefined, withPasswords, undefined, {
    through: (engine) => failing.over(engine),
    disk,
  })
  const { directory, tenant, engine } = context
  for (const word of ['ada', 'bob']) await directory.mailboxes.create(tenant.id, newMailbox(word))
  const { app, principal } = await registerApp(context)
  const bearer = await context.token()
  return {
    context,
    failing,
    state: await everything(engine),
    appId: app.appId,
    objectId: principal.id,
    invoke: (name, parameters, asked) => context.invoke(name, parameters, { bearer, ...asked }),
    records: async () =>
      (await engine.sql.first<{ held: number }>(sql`select count(*) as held from directory_audit`))!.held,
    latest: async () => ({ ...(await directory.audits.page(tenant.id, { limit: 1 }))[0]! }),
  }
}

/** Each changing cmdlet at least once, each building on those before it. */
function story({ appId, objectId }: Stage, made: ReadonlyMap<string, readonly string[]>): readonly Step[] {
  const policy = (place: number) => ({ Identity: made.get('New-ApplicationAccessPolicy')![place] })
  const scope = { RecipientRestrictionFilter: "CustomAttribute1 -eq 'x'" }
  return [
    ['New-Mailbox', { Name: 'Info', Shared: true }],
    [
      'Set-Mailbox',
      {
        Identity: 'Info',
        DisplayName: 'Information',
        EmailAddresses: adding('help@contoso.test'),
        GrantSendOnBehalfTo: adding('bob'),
        ForwardingAddress: 'ada',
        CustomAttribute1: 'x',
        MaxSendSize: '1MB',
        ProhibitSendReceiveQuota: '1GB',
        LitigationHoldEnabled: true,
      },
    ],
    ['Restore-RecoverableItems', { Identity: 'Info' }],
    ['Set-Mailbox', { Identity: 'Info', ProhibitSendReceiveQuota: 'Unlimited', LitigationHoldEnabled: false }],
    ['Set-CASMailbox', { Identity: 'Info', ImapEnabled: false, SmtpClientAuthenticationDisabled: true }],
    ['New-ServicePrincipal', { AppId: appId, ObjectId: objectId, DisplayName: 'Reader' }],
    ['Set-ServicePrincipal', { Identity: appId, DisplayName: 'Scanner' }],
    ['Add-MailboxPermission', { Identity: 'Info', User: objectId, AccessRights: ['FullAccess'] }],
    ['Add-MailboxPermission', { Identity: 'Info', User: objectId, AccessRights: ['FullAccess'] }],
    ['Add-MailboxPermission', { Identity: 'Info', User: 'ada', AccessRights: ['ReadPermission'] }],
    ['Add-MailboxPermission', { Identity: 'Info', Owner: 'ada' }],
    ['Add-RecipientPermission', { Identity: 'Info', Trustee: objectId, AccessRights: ['SendAs'] }],
    ['Add-RecipientPermission', { Identity: 'Info', Trustee: 'ada', AccessRights: ['SendAs'] }],
    ['Remove-RecipientPermission', { Identity: 'Info', MultiTrustees: [objectId, 'ada'], AccessRights: ['SendAs'] }],
    ['Remove-MailboxPermission', { Identity: 'Info', ResetDefault: true }],
    ['Remove-MailboxPermission', { Identity: 'Info', ResetDefault: true }],
    ['Add-MailboxPermission', { Identity: 'Info', User: objectId, AccessRights: ['FullAccess'] }],
    ['New-DistributionGroup', { Name: 'Robots', Type: 'Security', Members: ['Info', 'bob'] }],
    ['Set-DistributionGroup', { Identity: 'Robots', DisplayName: 'All robots', PrimarySmtpAddress: 'r@contoso.test' }],
    ['Add-DistributionGroupMember', { Identity: 'Robots', Member: 'ada' }],
    ['Remove-DistributionGroupMember', { Identity: 'Robots', Member: 'bob' }],
    ['New-DynamicDistributionGroup', { Name: 'Marked', RecipientFilter: scope.RecipientRestrictionFilter }],
    [
      'Set-DynamicDistributionGroup',
      { Identity: 'Marked', DisplayName: 'All marked', EmailAddresses: adding('m@contoso.test') },
    ],
    ['Remove-DynamicDistributionGroup', { Identity: 'Marked' }],
    ['New-RoleGroup', { Name: 'Helpers', Roles: ['Mail Recipients'], Members: ['ada'] }],
    ['Set-RoleGroup', { Identity: 'Helpers', Description: 'For recipients' }],
    ['Add-RoleGroupMember', { Identity: 'Helpers', Member: objectId }],
    ['Remove-RoleGroupMember', { Identity: 'Helpers', Member: 'ada' }],
    ['Remove-RoleGroup', { Identity: 'Helpers' }],
    ['New-ApplicationAccessPolicy', { AppId: [appId, '*'], AccessRight: 'DenyAccess', PolicyScopeGroupId: 'Robots' }],
    ['Set-ApplicationAccessPolicy', () => ({ ...policy(0), Description: 'What robots may not open' })],
    ['Remove-ApplicationAccessPolicy', () => policy(0)],
    ['Remove-ApplicationAccessPolicy', () => policy(1)],
    ['New-ManagementScope', { Name: 'Marked', ...scope }],
    ['Set-ManagementScope', { Identity: 'Marked', Name: 'Marked mailboxes' }],
    [
      'New-ManagementRoleAssignment',
      { Name: 'Robots read', Role: 'Application Mail.Read', App: objectId, CustomResourceScope: 'Marked mailboxes' },
    ],
    ['Set-ManagementRoleAssignment', { Identity: 'Robots read', RecipientGroupScope: 'Robots' }],
    ['Remove-ManagementScope', { Identity: 'Marked mailboxes' }],
    ['Remove-ManagementRoleAssignment', { Identity: 'Robots read' }],
    ['New-ManagementRoleAssignment', { Role: 'Application Mail.Send', App: objectId }],
    ['Remove-DistributionGroup', { Identity: 'Robots' }],
    ['Remove-ServicePrincipal', { Identity: objectId }],
    ['New-AuthenticationPolicy', { Name: 'Block' }],
    ['Set-AuthenticationPolicy', { Identity: 'Block', AllowBasicAuthImap: true }],
    [
      'Set-User',
      {
        Identity: 'ada',
        DisplayName: 'Ada L.',
        AuthenticationPolicy: 'Block',
        STSRefreshTokensValidFrom: '2026-11-24',
      },
    ],
    ['Set-User', { Identity: 'ada', AuthenticationPolicy: null }],
    ['Set-OrganizationConfig', { DefaultAuthenticationPolicy: 'Block', EwsEnabled: false }],
    ['Set-OrganizationConfig', { DefaultAuthenticationPolicy: null }],
    ['Remove-AuthenticationPolicy', { Identity: 'Block' }],
    ['Set-TransportConfig', { SmtpClientAuthenticationDisabled: true }],
    ['Disable-Mailbox', { Identity: 'ada' }],
    ['Enable-Mailbox', { Identity: 'ada@contoso.test' }],
    ['Remove-Mailbox', { Identity: 'Info' }],
    ['Undo-SoftDeletedMailbox', { SoftDeletedObject: 'Info', DisplayName: 'Information again' }],
    ['Remove-Mailbox', { Identity: 'Info' }],
    ['Remove-Mailbox', { Identity: 'Info', PermanentlyDelete: true }],
    ['Remove-Mailbox', { Identity: 'bob', PermanentlyDelete: true }],
    ['New-AcceptedDomain', { Name: 'Fabrikam', DomainName: 'fabrikam.test' }],
    ['Set-AcceptedDomain', { Identity: 'Fabrikam', MakeDefault: true }],
    ['Set-AcceptedDomain', { Identity: 'contoso.test', MakeDefault: true }],
    ['Remove-AcceptedDomain', { Identity: 'fabrikam.test' }],
  ]
}

describe('a cmdlet that changes something', () => {
  let stage: Stage
  beforeEach(async () => {
    stage = await opened()
  })

  it('does all that it does or nothing, whenever the engine fails, and is on record once', async () => {
    const { context, failing, state, invoke, records, latest } = stage
    const made = new Map<string, readonly string[]>()
    const steps = story(stage, made)
    const beginning = await state()
    expect(new Set(steps.map(([name]) => name))).toEqual(
      new Set(commands.map(({ declaration }) => declaration.name).filter((name) => changes({ name }))),
    )
    for (const [name, told] of steps) {
      const parameters = typeof told === 'function' ? told() : told
      const command = { name, parameters: Object.keys(parameters).map((it) => expect.objectContaining({ name: it })) }
      const before = await state()
      let held = await records()

      expect((await invoke(name, { ...parameters, WhatIf: true })).statusCode, name).toBe(200)
      expect(await state(), name).toBe(before)
      expect(await records(), name).toBe(held)

      const runs = withEachFailing(failing, () => invoke(name, parameters))
      for await (const { result: answer, writes, failed } of runs) {
        const where = `${name}, after ${writes} writes: ${answer.rawPayload.toString()}`
        expect(await records(), where).toBe(++held)
        expect(answer.statusCode, where).toBe(failed ? 500 : 200)
        if (!failed) {
          expect(writes, where).toBeGreaterThan(1)
          const { value } = answer.json<{ value: readonly { Identity: string }[] }>()
          made.set(
            name,
            value.map(({ Identity }) => Identity),
          )
          break
        }
        expect(await state(), where).toBe(before)
        expect(await latest(), where).toMatchObject({
          activity: name,
          command: { ...command, refused: 'Something went wrong here.' },
        })
      }
      expect(await latest(), name).toEqual(
        expect.objectContaining({
          activity: name,
          category: 'Exchange',
          actor: expect.objectContaining({ kind: 'app', appId: context.admin.clientId }),
          targets: expect.arrayContaining([expect.objectContaining({ displayName: expect.stringMatching(/./) })]),
          command: { ...command, from: '127.0.0.1' },
        }),
      )
    }
    expect(await state()).not.toBe(beginning)
  })

  it('writes nothing when it is refused, and is on record with the error', async () => {
    const { context, state, invoke, records, latest, appId, objectId } = stage
    const { directory, tenant } = context
    for (const word of ['carl', 'carl', 'one', 'two']) {
      const mailbox = await directory.mailboxes.create(tenant.id, { ...newMailbox(word), displayName: 'Twin' })
      if (word === 'carl') await directory.removedMailboxes.remove(tenant.id, mailbox.id)
    }
    const set = async (name: string, parameters: object) =>
      expect((await invoke(name, parameters)).statusCode, name).toBe(200)
    await set('New-ServicePrincipal', { AppId: appId, ObjectId: objectId, DisplayName: 'Robot' })
    await set('New-ServicePrincipal', { AppId: objectId, ObjectId: appId, DisplayName: 'Robot' })
    await set('New-AuthenticationPolicy', { Name: 'Block' })
    for (const Name of ['Robots', 'Others']) {
      await set('New-DistributionGroup', { Name, Type: 'Security', DisplayName: 'Group', Members: ['ada'] })
      await set('New-ManagementScope', { Name, RecipientRestrictionFilter: "CustomAttribute1 -eq 'x'" })
    }
    await set('New-DistributionGroup', { Name: 'Machines', Type: 'Security', DisplayName: 'Both' })
    await set('Set-Mailbox', { Identity: 'bob', DisplayName: 'Both' })
    await set('New-ManagementRoleAssignment', { Name: 'Read', Role: 'Application Mail.Read', App: objectId })
    await set('Set-User', { Identity: 'ada', AuthenticationPolicy: 'Block' })

    const [taken, ambiguous] = ['ADObjectAlreadyExistsException', 'ManagementObjectAmbiguousException']
    const addressTaken = 'WLCDManagedMemberExistsException'
    const quota = { ProhibitSendReceiveQuota: '1GB', DisplayName: 'Other' }
    const refused: readonly (readonly [name: string, parameters: object, type: string])[] = [
      ['New-Mailbox', { Name: 'ada', Shared: true }, taken],
      ['New-Mailbox', { Name: 'New', Shared: true, PrimarySmtpAddress: 'bob@contoso.test' }, addressTaken],
      ['Enable-Mailbox', { Identity: 'ada@contoso.test' }, taken],
      ['Set-Mailbox', { Identity: 'ada', Alias: 'bob', ...quota }, taken],
      ['Set-Mailbox', { Identity: 'ada', EmailAddresses: ['bob@contoso.test'], ...quota }, addressTaken],
      ['Set-Mailbox', { Identity: 'Twin', ...quota }, ambiguous],
      ['Set-CASMailbox', { Identity: 'Twin', ImapEnabled: false }, ambiguous],
      ['Set-User', { Identity: 'Twin', DisplayName: 'Other', AuthenticationPolicy: null }, ambiguous],
      ['Set-User', { Identity: 'ada', DisplayName: 'Other', AuthenticationPolicy: 'None' }, 'ObjectNotFound'],
      ['Disable-Mailbox', { Identity: 'Twin' }, ambiguous],
      ['Remove-Mailbox', { Identity: 'Twin' }, ambiguous],
      ['Remove-Mailbox', { Identity: 'carl', PermanentlyDelete: true }, ambiguous],
      ['Undo-SoftDeletedMailbox', { SoftDeletedObject: 'carl' }, ambiguous],
      ['New-ServicePrincipal', { AppId: appId, ObjectId: tenant.id }, taken],
      ['Set-ServicePrincipal', { Identity: 'Robot', DisplayName: 'Other' }, ambiguous],
      ['Remove-ServicePrincipal', { Identity: 'Robot' }, ambiguous],
      ['Add-MailboxPermission', { Identity: 'Twin', User: 'ada', AccessRights: ['FullAccess'] }, ambiguous],
      ['Add-MailboxPermission', { Identity: 'ada', User: 'Robot', AccessRights: ['FullAccess'] }, ambiguous],
      ['Add-RecipientPermission', { Identity: 'ada', Trustee: 'Twin', AccessRights: ['SendAs'] }, ambiguous],
      [
        'Remove-RecipientPermission',
        { Identity: 'ada', MultiTrustees: ['bob', 'Twin'], AccessRights: ['SendAs'] },
        ambiguous,
      ],
      ['New-DistributionGroup', { Name: 'Robots' }, taken],
      ['New-DistributionGroup', { Name: 'New', Members: ['ada', 'Twin'] }, ambiguous],
      ['Add-DistributionGroupMember', { Identity: 'Robots', Member: 'Both' }, ambiguous],
      ['Set-Mailbox', { Identity: 'ada', ForwardingAddress: 'Both', ...quota }, ambiguous],
      [
        'New-ApplicationAccessPolicy',
        { AppId: appId, AccessRight: 'DenyAccess', PolicyScopeGroupId: 'Both' },
        ambiguous,
      ],
      ['Set-DistributionGroup', { Identity: 'Robots', Alias: 'ada', DisplayName: 'Other' }, taken],
      ['Remove-DistributionGroup', { Identity: 'Group' }, ambiguous],
      ['Add-DistributionGroupMember', { Identity: 'Robots', Member: 'ada' }, taken],
      ['New-ManagementScope', { Name: 'robots', RecipientRestrictionFilter: "CustomAttribute1 -eq 'y'" }, taken],
      ['Set-ManagementScope', { Identity: 'Others', Name: 'Robots' }, taken],
      ['New-ManagementRoleAssignment', { Name: 'read', Role: 'Application Mail.Send', App: objectId }, taken],
      ['New-ManagementRoleAssignment', { Role: 'Application Mail.Send', App: 'Robot' }, ambiguous],
      ['New-AuthenticationPolicy', { Name: 'block' }, taken],
      ['Remove-AuthenticationPolicy', { Identity: 'Block' }, 'RecipientTaskException'],
      ['Set-OrganizationConfig', { DefaultAuthenticationPolicy: 'None', EwsEnabled: true }, 'ObjectNotFound'],
    ]
    const before = await state()
    for (const [name, parameters, type] of refused) {
      const held = await records()
      const answer = await invoke(name, parameters)
      const where = `${name} ${JSON.stringify(parameters)}: ${answer.rawPayload.toString()}`
      expect(answer.statusCode, where).toBeGreaterThanOrEqual(400)
      expect(await state(), where).toBe(before)
      expect(await records(), where).toBe(held + 1)
      expect(await latest(), where).toMatchObject({
        activity: name,
        command: { name, refused: expect.stringMatching(/./), error: expect.stringContaining(type) },
      })
    }
  })

  it('leaves alone what another did to the same list meanwhile', async () => {
    const { invoke } = stage
    await invoke('New-Mailbox', { Name: 'Info', Shared: true })
    await invoke('New-DistributionGroup', { Name: 'Robots' })
    await Promise.all(
      ['ada', 'bob'].flatMap((who) => [
        invoke('Set-Mailbox', {
          Identity: 'Info',
          GrantSendOnBehalfTo: adding(who),
          EmailAddresses: adding(`${who}s@contoso.test`),
        }),
        invoke('Set-DistributionGroup', { Identity: 'Robots', AcceptMessagesOnlyFrom: adding(who) }),
      ]),
    )
    const shown = async (name: string, Identity: string) =>
      (await invoke(name, { Identity })).json<{ value: readonly Record<string, readonly string[]>[] }>().value[0]!
    const mailbox = await shown('Get-Mailbox', 'Info')
    expect([...mailbox.GrantSendOnBehalfTo!].sort()).toEqual(['ada', 'bob'])
    expect(mailbox.EmailAddresses).toHaveLength(3)
    expect([...(await shown('Get-DistributionGroup', 'Robots')).AcceptMessagesOnlyFrom!].sort()).toEqual(['ada', 'bob'])
  })

  it('does not lock out its caller if nobody else could undo it', async () => {
    const { context, state, invoke, latest, records } = stage
    const { directory, tenant, admin } = context
    const { token: bearer } = await signInUser(context, 'root', {
      scopes: ['Exchange.Manage'],
      directoryRoles: [GLOBAL_ADMINISTRATOR],
    })
    const app = (await directory.servicePrincipals.find(tenant.id, { appId: admin.clientId }))!
    await directory.directoryRoles.unassign(tenant.id, app.id, GLOBAL_ADMINISTRATOR)
    const before = await state()
    for (const parameters of [{ Identity: 'root' }, { Identity: 'root', PermanentlyDelete: true }]) {
      const held = await records()
      const answer = await invoke('Remove-Mailbox', parameters, { bearer })
      expect(answer.rawPayload.toString()).toContain('Nobody could administer this tenant any more')
      expect(await state()).toBe(before)
      expect(await records()).toBe(held + 1)
      expect(await latest()).toMatchObject({
        actor: { kind: 'user', userPrincipalName: 'root@contoso.test' },
        command: { error: expect.stringContaining('RecipientTaskException') },
      })
    }
  })
})
