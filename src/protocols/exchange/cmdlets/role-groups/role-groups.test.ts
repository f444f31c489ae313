import { describe, expect, it, onTestFinished } from 'vitest'
import { type OpenServer, openServer } from '../../../../../test/support/server.ts'
import { registerAppWith } from '../../../../../test/support/directory.ts'
import { type AtEnd, openOnce } from '../../../../../test/support/lifecycle.ts'
import { silentLog } from '../../../../core/log.ts'
import type { RoleGroupMember } from '../../../../domain/directory/types.ts'

const GLOBAL_READER = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'

type Shown = Readonly<Record<string, unknown>>

async function run(context: OpenServer, name: string, parameters: object = {}, asked = {}): Promise<readonly Shown[]> {
  const answer = await context.invoke(name, parameters, asked)
  expect([name, answer.statusCode]).toEqual([name, 200])
  return answer.json<{ value: Shown[] }>().value
}

/** An app that holds the permission and no directory role, known to Exchange unless said otherwise. */
async function opened(
  { pointsAt, directoryRoles = [] }: { pointsAt?: string; directoryRoles?: string[] } = {},
  atEnd: AtEnd = onTestFinished,
) {
  const context = await openServer(silentLog, {}, atEnd)
  const app = await registerAppWith(context, { roles: ['Exchange.ManageAsApp'], directoryRoles })
  const ObjectId = pointsAt ?? app.objectId
  await run(context, 'New-ServicePrincipal', { AppId: app.appId, ObjectId, DisplayName: 'Manager' })
  const bearer = await context.token(app)
  const status = async (name: string, parameters: object = {}) =>
    (await context.invoke(name, parameters, { bearer })).statusCode
  return { context, app, bearer, status }
}

const recipients = { Name: 'Recipients', Roles: ['mail recipients'], Members: ['Manager'] }

describe('a role group', () => {
  it('lets its members use the cmdlets of its roles without a directory role, until they leave it', async () => {
    const { context, bearer, status } = await opened()
    expect(await status('Get-Mailbox')).toBe(403)
    const [made] = await run(context, 'New-RoleGroup', recipients)
    expect(made).toMatchObject({ Name: 'Recipients', Roles: ['Mail Recipients'], Members: ['Manager'] })
    expect(await status('Get-Mailbox')).toBe(200)
    expect(await status('New-Mailbox', { Name: 'info', Shared: true })).toBe(200)
    expect(await status('Get-ServicePrincipal')).toBe(404)
    const sets = await context.ask('GET', `/adminapi/beta/${context.tenant.id}/`, { bearer })
    expect(sets.json<{ value: object[] }>().value.length).toBeGreaterThan(0)
    await run(context, 'Remove-RoleGroupMember', { Identity: 'Recipients', Member: 'Manager' })
    expect(await status('Get-Mailbox')).toBe(403)
    await run(context, 'Add-RoleGroupMember', { Identity: 'Recipients', Member: 'Manager' })
    expect(await status('Get-Mailbox')).toBe(200)
    await run(context, 'Remove-RoleGroup', { Identity: 'Recipients' })
    expect(await status('Get-Mailbox')).toBe(403)
  })

  it('adds to what directory roles give', async () => {
    const { context, status } = await opened({ directoryRoles: [GLOBAL_READER] })
    expect(await status('New-Mailbox', { Name: 'one', Shared: true })).toBe(404)
    await run(context, 'New-RoleGroup', recipients)
    expect(await status('New-Mailbox', { Name: 'one', Shared: true })).toBe(200)
    expect(await status('Get-ServicePrincipal')).toBe(200)
  })

  it('lets in nobody through a pointer at something else than the service principal', async () => {
    const { context, status } = await opened({ pointsAt: '6f3a2c1e-0a3f-4a55-9c34-1a0a4f6f1f00' })
    await run(context, 'New-RoleGroup', recipients)
    expect(await status('Get-Mailbox')).toBe(403)
  })

  it('lets in who is in a security group that is in it', async () => {
    const { context, status } = await opened()
    await run(context, 'New-Mailbox', { Name: 'info', Shared: true })
    await run(context, 'New-DistributionGroup', { Name: 'Desk', Type: 'Security', Members: ['info'] })
    await run(context, 'New-RoleGroup', { ...recipients, Members: ['Desk'] })
    expect(await status('Get-Mailbox')).toBe(403)
    const members = await run(context, 'Get-RoleGroupMember', { Identity: 'Recipients' })
    expect(members).toMatchObject([{ Name: 'Desk', RecipientType: 'MailUniversalSecurityGroup' }])
    const { directory, tenant } = context
    const info = await directory.mailboxes.find(tenant.id, 'info')
    const roles = await directory.roleGroups.rolesOf(tenant.id, [info!.externalDirectoryObjectId])
    expect(roles).toEqual(new Set(['Mail Recipients']))
  })

  it('is assigned only by callers who hold its roles', async () => {
    const { context, bearer, status } = await opened()
    await run(context, 'New-RoleGroup', { Name: 'Roles', Roles: ['Role Management'], Members: ['Manager'] })
    await run(context, 'New-RoleGroup', { Name: 'Recipients', Roles: ['Mail Recipients'] })
    expect(await status('New-RoleGroup', { Name: 'More', Roles: ['Mail Recipients'] })).toBe(403)
    const refused = await context.invoke(
      'Add-RoleGroupMember',
      { Identity: 'Recipients', Member: 'Manager' },
      { bearer },
    )
    expect(refused.statusCode).toBe(403)
    expect(String(refused.rawPayload)).toContain("Only a caller who holds the role 'Mail Recipients' can assign it.")
    expect(await status('New-RoleGroup', { Name: 'More', Roles: ['Role Management'] })).toBe(200)
  })

  it('takes members only from callers who hold its roles, also by group or restored mailbox', async () => {
    const { context, bearer } = await opened()
    for (const Name of ['info', 'ada']) await run(context, 'New-Mailbox', { Name, Shared: true })
    await run(context, 'New-DistributionGroup', { Name: 'Inner', Type: 'Security', Members: ['info'] })
    await run(context, 'New-DistributionGroup', { Name: 'Desk', Type: 'Security', Members: ['Inner'] })
    await run(context, 'New-RoleGroup', { Name: 'Roles', Roles: ['Role Management'], Members: ['Desk'] })
    await run(context, 'New-RoleGroup', recipients)
    await run(context, 'Remove-Mailbox', { Identity: 'info', Confirm: false })
    const asked = async (name: string, parameters: object, as = {}) =>
      (await context.invoke(name, parameters, as)).statusCode
    const steps: readonly (readonly [string, object])[] = [
      ['Add-DistributionGroupMember', { Identity: 'Inner', Member: 'ada' }],
      ['Add-DistributionGroupMember', { Identity: 'Desk', Member: 'ada' }],
      ['Undo-SoftDeletedMailbox', { SoftDeletedObject: 'info', Password: 'Chosen by somebody else 1' }],
    ]
    for (const [name, parameters] of steps)
      expect([name, await asked(name, parameters, { bearer })]).toEqual([name, 403])
    for (const [name, parameters] of steps) expect([name, await asked(name, parameters)]).toEqual([name, 200])
  })

  it('removes a deleted member by SID, who does not return with the restored mailbox', async () => {
    const { context } = await opened()
    const { directory, tenant } = context
    await run(context, 'New-Mailbox', { Name: 'info', Shared: true })
    await run(context, 'New-RoleGroup', { ...recipients, Members: ['info'] })
    const { externalDirectoryObjectId: user } = (await directory.mailboxes.find(tenant.id, 'info'))!
    await run(context, 'Remove-Mailbox', { Identity: 'info' })
    const [gone] = await run(context, 'Get-RoleGroupMember', { Identity: 'Recipients' })
    expect(gone).toMatchObject({ RecipientType: 'Unresolved', Name: gone!.Sid })
    await run(context, 'Remove-RoleGroupMember', { Identity: 'Recipients', Member: gone!.Name })
    expect(await run(context, 'Get-RoleGroupMember', { Identity: 'Recipients' })).toEqual([])
    await run(context, 'Undo-SoftDeletedMailbox', { SoftDeletedObject: 'info' })
    expect(await directory.roleGroups.rolesOf(tenant.id, [user])).toEqual(new Set())
  })

  it('is the one whose GUID it is, though another is called by that GUID', async () => {
    const { context } = await opened()
    const [first] = await run(context, 'New-RoleGroup', { Name: 'First' })
    const [second] = await run(context, 'New-RoleGroup', { Name: 'Second' })
    await run(context, 'Set-RoleGroup', { Identity: first!.Guid, Name: second!.Guid })
    expect(await run(context, 'Get-RoleGroup', { Identity: second!.Guid })).toMatchObject([{ Name: 'Second' }])
    expect(await run(context, 'Get-RoleGroup', { Identity: first!.Guid })).toMatchObject([{ Guid: first!.Guid }])
  })

  it('takes nobody who was found a moment ago and is gone', async () => {
    const { context } = await opened()
    const { directory, tenant } = context
    await run(context, 'New-Mailbox', { Name: 'info', Shared: true })
    await run(context, 'New-RoleGroup', recipients)
    const group = (await directory.roleGroups.find(tenant.id, 'Recipients'))!
    const info = (await directory.permissions.trustee(tenant.id, 'info@contoso.test'))!
    await run(context, 'Remove-Mailbox', { Identity: 'info' })
    await expect(directory.roleGroups.addMember(group, info as RoleGroupMember)).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
  })

  it('is shown beside those that Exchange has, in which are the holders of directory roles', async () => {
    const { context } = await opened()
    await run(context, 'New-RoleGroup', { ...recipients, Description: 'For scripts' })
    const groups = await run(context, 'Get-RoleGroup')
    expect(groups.map(({ Name }) => Name)).toEqual(['Organization Management', 'Recipient Management', 'Recipients'])
    expect(await run(context, 'Get-RoleGroup', { Identity: 'recipients' })).toMatchObject([
      { Description: 'For scripts' },
    ])
    const own = await run(context, 'Get-RoleGroup', { Identity: 'organization management' })
    expect(own).toMatchObject([{ Members: [expect.any(String)], Roles: expect.arrayContaining(['Role Management']) }])
    const holders = await run(context, 'Get-RoleGroupMember', { Identity: 'Organization Management' })
    expect(holders).toMatchObject([{ RecipientType: 'ServicePrincipal' }])
    await run(context, 'Set-RoleGroup', { Identity: 'Recipients', Name: 'Desk', Description: '' })
    expect(await run(context, 'Get-RoleGroup', { Identity: 'Desk' })).toMatchObject([{ Name: 'Desk', Description: '' }])
  })
})

describe('a change of role groups', () => {
  const ready = openOnce(async (atEnd) => {
    const { context } = await opened({}, atEnd)
    await run(context, 'New-RoleGroup', recipients)
    return context
  })

  it.each<[string, object, number]>([
    ['New-RoleGroup', { Name: 'Recipients' }, 400],
    ['New-RoleGroup', { Name: 'recipient management' }, 400],
    ['New-RoleGroup', { Name: 'x', Roles: ['Robots'] }, 404],
    ['New-RoleGroup', { Name: 'x', Members: ['nobody'] }, 404],
    ['Add-RoleGroupMember', { Identity: 'Recipients', Member: 'Manager' }, 400],
    ['Add-RoleGroupMember', { Identity: 'Organization Management', Member: 'Manager' }, 400],
    ['Remove-RoleGroup', { Identity: 'Recipient Management' }, 400],
    ['Remove-RoleGroup', { Identity: 'nothing' }, 404],
    ['Set-RoleGroup', { Identity: 'Recipients', Name: 'Organization Management' }, 400],
  ])('is not done: %s %j', async (name, parameters, status) => {
    const context = ready()
    const before = await run(context, 'Get-RoleGroup')
    expect((await context.invoke(name, parameters)).statusCode).toBe(status)
    expect(await run(context, 'Get-RoleGroup')).toEqual(before)
  })
})
