import { describe, expect, it, onTestFinished } from 'vitest'
import { type AdminHouse, openAdminHouse, registerAppWith } from '../../../../../test/support/admin-house.ts'
import { type AtEnd, once } from '../../../../../test/support/once.ts'
import { silentLog } from '../../../../core/log.ts'
import type { RoleGroupMember } from '../../../../domain/directory/types.ts'

const GLOBAL_READER = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'

type Shown = Readonly<Record<string, unknown>>

async function run(house: AdminHouse, name: string, parameters: object = {}, asked = {}): Promise<readonly Shown[]> {
  const answer = await house.invoke(name, parameters, asked)
  expect([name, answer.statusCode]).toEqual([name, 200])
  return answer.json<{ value: Shown[] }>().value
}

/** An app that holds the permission and no directory role, known to Exchange unless said otherwise. */
async function opened(
  { pointsAt, directoryRoles = [] }: { pointsAt?: string; directoryRoles?: string[] } = {},
  atEnd: AtEnd = onTestFinished,
) {
  const house = await openAdminHouse(silentLog, {}, atEnd)
  const app = await registerAppWith(house, { roles: ['Exchange.ManageAsApp'], directoryRoles })
  const ObjectId = pointsAt ?? app.objectId
  await run(house, 'New-ServicePrincipal', { AppId: app.appId, ObjectId, DisplayName: 'Manager' })
  const bearer = await house.token(app)
  const status = async (name: string, parameters: object = {}) =>
    (await house.invoke(name, parameters, { bearer })).statusCode
  return { house, app, bearer, status }
}

const recipients = { Name: 'Recipients', Roles: ['mail recipients'], Members: ['Manager'] }

describe('a role group', () => {
  it('lets its members use the cmdlets of its roles without a directory role, until they leave it', async () => {
    const { house, bearer, status } = await opened()
    expect(await status('Get-Mailbox')).toBe(403)
    const [made] = await run(house, 'New-RoleGroup', recipients)
    expect(made).toMatchObject({ Name: 'Recipients', Roles: ['Mail Recipients'], Members: ['Manager'] })
    expect(await status('Get-Mailbox')).toBe(200)
    expect(await status('New-Mailbox', { Name: 'info', Shared: true })).toBe(200)
    expect(await status('Get-ServicePrincipal')).toBe(404)
    const sets = await house.ask('GET', `/adminapi/beta/${house.tenant.id}/`, { bearer })
    expect(sets.json<{ value: object[] }>().value.length).toBeGreaterThan(0)
    await run(house, 'Remove-RoleGroupMember', { Identity: 'Recipients', Member: 'Manager' })
    expect(await status('Get-Mailbox')).toBe(403)
    await run(house, 'Add-RoleGroupMember', { Identity: 'Recipients', Member: 'Manager' })
    expect(await status('Get-Mailbox')).toBe(200)
    await run(house, 'Remove-RoleGroup', { Identity: 'Recipients' })
    expect(await status('Get-Mailbox')).toBe(403)
  })

  it('adds to what directory roles give', async () => {
    const { house, status } = await opened({ directoryRoles: [GLOBAL_READER] })
    expect(await status('New-Mailbox', { Name: 'one', Shared: true })).toBe(404)
    await run(house, 'New-RoleGroup', recipients)
    expect(await status('New-Mailbox', { Name: 'one', Shared: true })).toBe(200)
    expect(await status('Get-ServicePrincipal')).toBe(200)
  })

  it('lets in nobody through a pointer at something else than the service principal', async () => {
    const { house, status } = await opened({ pointsAt: '6f3a2c1e-0a3f-4a55-9c34-1a0a4f6f1f00' })
    await run(house, 'New-RoleGroup', recipients)
    expect(await status('Get-Mailbox')).toBe(403)
  })

  it('lets in who is in a security group that is in it', async () => {
    const { house, status } = await opened()
    await run(house, 'New-Mailbox', { Name: 'info', Shared: true })
    await run(house, 'New-DistributionGroup', { Name: 'Desk', Type: 'Security', Members: ['info'] })
    await run(house, 'New-RoleGroup', { ...recipients, Members: ['Desk'] })
    expect(await status('Get-Mailbox')).toBe(403)
    const members = await run(house, 'Get-RoleGroupMember', { Identity: 'Recipients' })
    expect(members).toMatchObject([{ Name: 'Desk', RecipientType: 'MailUniversalSecurityGroup' }])
    const { directory, tenant } = house
    const info = await directory.mailboxes.find(tenant.id, 'info')
    const roles = await directory.roleGroups.rolesOf(tenant.id, [info!.externalDirectoryObjectId])
    expect(roles).toEqual(new Set(['Mail Recipients']))
  })

  it('is given by those alone who hold its roles themselves', async () => {
    const { house, bearer, status } = await opened()
    await run(house, 'New-RoleGroup', { Name: 'Roles', Roles: ['Role Management'], Members: ['Manager'] })
    await run(house, 'New-RoleGroup', { Name: 'Recipients', Roles: ['Mail Recipients'] })
    expect(await status('New-RoleGroup', { Name: 'More', Roles: ['Mail Recipients'] })).toBe(403)
    const refused = await house.invoke('Add-RoleGroupMember', { Identity: 'Recipients', Member: 'Manager' }, { bearer })
    expect(refused.statusCode).toBe(403)
    expect(String(refused.rawPayload)).toContain("The role 'Mail Recipients' can be given by those alone who hold it.")
    expect(await status('New-RoleGroup', { Name: 'More', Roles: ['Role Management'] })).toBe(200)
  })

  it('is entered by those alone who hold its roles also through a security group, and with a mailbox that is had back', async () => {
    const { house, bearer } = await opened()
    for (const Name of ['info', 'ada']) await run(house, 'New-Mailbox', { Name, Shared: true })
    await run(house, 'New-DistributionGroup', { Name: 'Inner', Type: 'Security', Members: ['info'] })
    await run(house, 'New-DistributionGroup', { Name: 'Desk', Type: 'Security', Members: ['Inner'] })
    await run(house, 'New-RoleGroup', { Name: 'Roles', Roles: ['Role Management'], Members: ['Desk'] })
    await run(house, 'New-RoleGroup', recipients)
    await run(house, 'Remove-Mailbox', { Identity: 'info', Confirm: false })
    const asked = async (name: string, parameters: object, as = {}) =>
      (await house.invoke(name, parameters, as)).statusCode
    const steps: readonly (readonly [string, object])[] = [
      ['Add-DistributionGroupMember', { Identity: 'Inner', Member: 'ada' }],
      ['Add-DistributionGroupMember', { Identity: 'Desk', Member: 'ada' }],
      ['Undo-SoftDeletedMailbox', { SoftDeletedObject: 'info', Password: 'Chosen by somebody else 1' }],
    ]
    for (const [name, parameters] of steps)
      expect([name, await asked(name, parameters, { bearer })]).toEqual([name, 403])
    for (const [name, parameters] of steps) expect([name, await asked(name, parameters)]).toEqual([name, 200])
  })

  it('gives up also a member who is gone, by the SID that is shown, and then has nobody back with the mailbox', async () => {
    const { house } = await opened()
    const { directory, tenant } = house
    await run(house, 'New-Mailbox', { Name: 'info', Shared: true })
    await run(house, 'New-RoleGroup', { ...recipients, Members: ['info'] })
    const { externalDirectoryObjectId: user } = (await directory.mailboxes.find(tenant.id, 'info'))!
    await run(house, 'Remove-Mailbox', { Identity: 'info' })
    const [gone] = await run(house, 'Get-RoleGroupMember', { Identity: 'Recipients' })
    expect(gone).toMatchObject({ RecipientType: 'Unresolved', Name: gone!.Sid })
    await run(house, 'Remove-RoleGroupMember', { Identity: 'Recipients', Member: gone!.Name })
    expect(await run(house, 'Get-RoleGroupMember', { Identity: 'Recipients' })).toEqual([])
    await run(house, 'Undo-SoftDeletedMailbox', { SoftDeletedObject: 'info' })
    expect(await directory.roleGroups.rolesOf(tenant.id, [user])).toEqual(new Set())
  })

  it('is the one whose GUID it is, though another is called by that GUID', async () => {
    const { house } = await opened()
    const [first] = await run(house, 'New-RoleGroup', { Name: 'First' })
    const [second] = await run(house, 'New-RoleGroup', { Name: 'Second' })
    await run(house, 'Set-RoleGroup', { Identity: first!.Guid, Name: second!.Guid })
    expect(await run(house, 'Get-RoleGroup', { Identity: second!.Guid })).toMatchObject([{ Name: 'Second' }])
    expect(await run(house, 'Get-RoleGroup', { Identity: first!.Guid })).toMatchObject([{ Guid: first!.Guid }])
  })

  it('takes nobody who was found a moment ago and is gone', async () => {
    const { house } = await opened()
    const { directory, tenant } = house
    await run(house, 'New-Mailbox', { Name: 'info', Shared: true })
    await run(house, 'New-RoleGroup', recipients)
    const group = (await directory.roleGroups.find(tenant.id, 'Recipients'))!
    const info = (await directory.permissions.trustee(tenant.id, 'info@contoso.test'))!
    await run(house, 'Remove-Mailbox', { Identity: 'info' })
    await expect(directory.roleGroups.addMember(group, info as RoleGroupMember)).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
  })

  it('is shown beside those that Exchange has, in which are the holders of directory roles', async () => {
    const { house } = await opened()
    await run(house, 'New-RoleGroup', { ...recipients, Description: 'For scripts' })
    const groups = await run(house, 'Get-RoleGroup')
    expect(groups.map(({ Name }) => Name)).toEqual(['Organization Management', 'Recipient Management', 'Recipients'])
    expect(await run(house, 'Get-RoleGroup', { Identity: 'recipients' })).toMatchObject([
      { Description: 'For scripts' },
    ])
    const own = await run(house, 'Get-RoleGroup', { Identity: 'organization management' })
    expect(own).toMatchObject([{ Members: [expect.any(String)], Roles: expect.arrayContaining(['Role Management']) }])
    const holders = await run(house, 'Get-RoleGroupMember', { Identity: 'Organization Management' })
    expect(holders).toMatchObject([{ RecipientType: 'ServicePrincipal' }])
    await run(house, 'Set-RoleGroup', { Identity: 'Recipients', Name: 'Desk', Description: '' })
    expect(await run(house, 'Get-RoleGroup', { Identity: 'Desk' })).toMatchObject([{ Name: 'Desk', Description: '' }])
  })
})

describe('a change of role groups', () => {
  const ready = once(async (atEnd) => {
    const { house } = await opened({}, atEnd)
    await run(house, 'New-RoleGroup', recipients)
    return house
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
    const house = ready()
    const before = await run(house, 'Get-RoleGroup')
    expect((await house.invoke(name, parameters)).statusCode).toBe(status)
    expect(await run(house, 'Get-RoleGroup')).toEqual(before)
  })
})
