import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newMailbox, openDirectory, registerApp } from '../../../../../test/support/directory.ts'
import type { AppId } from '../../../../core/ids.ts'
import type { GroupMember, GroupType, NewGroup } from '../../types.ts'
import { applicationRole } from './role-assignments.ts'

const other = '3dbc2ae1-7198-45ed-9f9f-d86ba3ec35b5' as AppId

async function opened() {
  const context = await openDirectory()
  const { directory, tenant } = context
  const { app, principal } = await registerApp(context)
  const pointer = await directory.exchange.create(tenant.id, { appId: app.appId, objectId: principal.id })
  const ada = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const info = await directory.mailboxes.create(tenant.id, { ...newMailbox('info'), type: 'SharedMailbox' })
  const scope = (await directory.accessPolicies.scopeNamed(tenant.id, 'ada'))!
  const policy = (appIds: readonly string[], description?: string) =>
    directory.accessPolicies.create(tenant.id, { appIds, accessRight: 'RestrictAccess', scope, description })
  const managed = (name: string, recipientFilter = "Alias -eq 'ada'") =>
    directory.managementScopes.create(tenant.id, { name, recipientFilter, exclusive: false })
  const assigned = (role: string, further: { name?: string; scope?: Awaited<ReturnType<typeof managed>> } = {}) =>
    directory.roleAssignments.create(tenant.id, {
      name: further.name,
      role: applicationRole(role)!,
      principal: pointer.guid,
      scope: further.scope?.guid,
    })
  return { ...context, app, principal, pointer, ada, info, scope, policy, managed, assigned }
}

describe('application access policies', () => {
  it('are created one for each app, are found by identity, and apply to every app with an asterisk', async () => {
    const { directory, tenant, app, scope, policy, ada, info } = await opened()
    const made = await policy([app.appId.toUpperCase(), '*', app.appId])
    expect(made.map(({ appId }) => appId)).toEqual([app.appId, '*'])
    const [first] = made
    expect(first!.identity).toBe(`${tenant.id}\\${app.appId}:${scope.sid};${ada.externalDirectoryObjectId}`)
    expect(first!.description).toContain(`AppId: ${app.appId}; ScopeIdentitySid: ${scope.sid};`)
    const { accessPolicies } = directory
    expect(await accessPolicies.find(tenant.id, first!.identity.toUpperCase())).toEqual(first)
    expect(await accessPolicies.find(tenant.id, first!.identity.replace(scope.sid, 'S-1-5-21-1'))).toBeUndefined()
    expect(await accessPolicies.find(tenant.id, 'nothing of the kind')).toBeUndefined()
    expect(await accessPolicies.all(tenant.id)).toEqual(made)
    expect(await accessPolicies.naming(tenant.id, app.appId)).toEqual(made)
    expect(await accessPolicies.naming(tenant.id, other)).toEqual([made[1]])
    expect(await accessPolicies.covers(first!, ada)).toBe(true)
    expect(await accessPolicies.covers(first!, info)).toBe(false)
  })

  it('need a security principal as scope, which a shared mailbox is not', async () => {
    const { directory, tenant } = await opened()
    await expect(directory.accessPolicies.scopeNamed(tenant.id, 'info')).rejects.toThrow(
      "'info' is a SharedMailbox and no security principal.",
    )
    expect(await directory.accessPolicies.scopeNamed(tenant.id, 'nobody')).toBeUndefined()
  })

  it('are created all or none, once for an app and scope, and only for GUIDs or an asterisk', async () => {
    const { directory, tenant, app, policy } = await opened()
    await policy([app.appId])
    await expect(policy([other, app.appId])).rejects.toMatchObject({ reason: 'already-exists' })
    await expect(policy([])).rejects.toMatchObject({ reason: 'bad-syntax' })
    await expect(policy(['Reader'])).rejects.toMatchObject({ reason: 'bad-syntax' })
    expect(await directory.accessPolicies.all(tenant.id)).toHaveLength(1)
  })

  it('number at most 300', async () => {
    const { policy, world } = await opened()
    for (let hundred = 0; hundred < 3; hundred++)
      await policy(
        Array.from({ length: 100 }, () => world.guid()),
        ' ',
      )
    await expect(policy([other])).rejects.toThrow('The total size of App Access Policies exceeded the limit.')
  })

  it('can be removed, and changed only in the description', async () => {
    const { directory, tenant, app, policy } = await opened()
    const [made] = await policy([app.appId])
    const { accessPolicies } = directory
    expect(await accessPolicies.update(tenant.id, made!.id, { description: 'of ada' })).toEqual({
      ...made,
      description: 'of ada',
    })
    await accessPolicies.remove(tenant.id, made!.id)
    expect(await accessPolicies.all(tenant.id)).toEqual([])
    await expect(accessPolicies.remove(tenant.id, made!.id)).rejects.toMatchObject({ reason: 'no-such-thing' })
    const [gone, changed, added] = await directory.audits.page(tenant.id, { limit: 3 })
    expect([gone, changed, added].map((it) => it?.activity)).toEqual([
      'Remove-ApplicationAccessPolicy',
      'Set-ApplicationAccessPolicy',
      'New-ApplicationAccessPolicy',
    ])
  })

  it('outlive the mailbox in their scope, so the app stays restricted', async () => {
    const { directory, tenant, app, policy, ada, info } = await opened()
    const [made] = await policy([app.appId])
    await directory.mailboxes.remove(tenant.id, ada.id)
    expect(await directory.accessPolicies.naming(tenant.id, app.appId)).toEqual([made])
    expect(await directory.accessPolicies.covers(made!, info)).toBe(false)
  })
})

const groupNamed = (name: string, members: readonly GroupMember[], type: GroupType = 'Security'): NewGroup => ({
  name,
  alias: name,
  displayName: name,
  primarySmtpAddress: `${name}@contoso.test`,
  type,
  members,
})

const grouped = async () => {
  const context = await opened()
  const { directory, tenant, ada, info } = context
  const inner = await directory.groups.create(tenant.id, groupNamed('inner', [{ kind: 'mailbox', mailbox: info }]))
  const group = await directory.groups.create(
    tenant.id,
    groupNamed('staff', [
      { kind: 'mailbox', mailbox: ada },
      { kind: 'group', group: inner },
    ]),
  )
  return { ...context, group }
}

describe('groups', () => {
  it('can be the scope of a policy if they are security groups, with the members of nested groups', async () => {
    const { directory, tenant, app, ada, info, group } = await grouped()
    const { accessPolicies } = directory
    const scope = (await accessPolicies.scopeNamed(tenant.id, 'staff@contoso.test'))!
    expect(scope).toMatchObject({ id: group.externalDirectoryObjectId, sid: group.sid, name: 'staff' })
    const [made] = await accessPolicies.create(tenant.id, { appIds: [app.appId], accessRight: 'DenyAccess', scope })
    expect(await accessPolicies.covers(made!, ada)).toBe(true)
    expect(await accessPolicies.covers(made!, info)).toBe(true)
    await directory.groups.removeMember(group, { kind: 'mailbox', mailbox: ada })
    expect(await accessPolicies.covers(made!, ada)).toBe(false)
    await directory.groups.create(tenant.id, groupNamed('list', [], 'Distribution'))
    await expect(accessPolicies.scopeNamed(tenant.id, 'list')).rejects.toThrow(
      "'list' is a MailUniversalDistributionGroup and no security principal.",
    )
  })

  it('are the scope of a policy themselves, not another group whose name is their id', async () => {
    const { directory, tenant, app, ada, info, group } = await grouped()
    const { accessPolicies } = directory
    const member = { kind: 'mailbox', mailbox: info } as const
    const older = (await directory.groups.find(tenant.id, 'inner'))!
    await directory.groups.update(tenant.id, older.guid, { name: group.externalDirectoryObjectId })
    const scope = (await accessPolicies.scopeNamed(tenant.id, group.externalDirectoryObjectId))!
    expect(scope).toMatchObject({ name: 'staff' })
    const [made] = await accessPolicies.create(tenant.id, { appIds: [app.appId], accessRight: 'RestrictAccess', scope })
    await directory.groups.removeMember(group, { kind: 'group', group: older })
    expect(await accessPolicies.covers(made!, ada)).toBe(true)
    expect(await accessPolicies.covers(made!, info)).toBe(false)
    await directory.groups.remove(tenant.id, group.guid)
    const impostor = { ...groupNamed('impostor', [member]), name: scope.id.toUpperCase() }
    await directory.groups.remove(tenant.id, older.guid)
    await directory.groups.create(tenant.id, impostor)
    expect(await accessPolicies.covers(made!, info)).toBe(false)
  })

  it('cannot be removed while a policy denies an app access to their members', async () => {
    const { directory, tenant, app, ada, group } = await grouped()
    const { accessPolicies, groups } = directory
    const scope = (await accessPolicies.scopeNamed(tenant.id, 'staff'))!
    const [made] = await accessPolicies.create(tenant.id, { appIds: [app.appId], accessRight: 'DenyAccess', scope })
    await expect(groups.remove(tenant.id, group.guid)).rejects.toMatchObject({ reason: 'wrong-state' })
    expect(await accessPolicies.covers(made!, ada)).toBe(true)
    await accessPolicies.remove(tenant.id, made!.id)
    await groups.remove(tenant.id, group.guid)
    const late = accessPolicies.create(tenant.id, { appIds: [app.appId], accessRight: 'DenyAccess', scope })
    await expect(late).rejects.toMatchObject({ reason: 'no-such-thing', detail: { property: 'PolicyScopeGroupId' } })
  })

  it('match MemberOfGroup in a management scope for direct members only', async () => {
    const { directory, managed, assigned, ada, info, group } = await grouped()
    const scope = await managed('s', `MemberOfGroup -eq '${group.distinguishedName.toUpperCase()}'`)
    const assignment = await assigned('Application Mail.Read', { scope })
    expect(await directory.roleAssignments.covers(assignment, ada)).toBe(true)
    expect(await directory.roleAssignments.covers(assignment, info)).toBe(false)
  })

  it('can be the scope of a role assignment, which covers nobody after they are removed', async () => {
    const { directory, tenant, pointer, ada, info, group } = await grouped()
    const { roleAssignments } = directory
    const made = await roleAssignments.create(tenant.id, {
      role: applicationRole('Application Mail.Read')!,
      principal: pointer.guid,
      group: group.guid,
    })
    expect(made).toMatchObject({ scope: undefined, group: { name: 'staff' } })
    expect(await roleAssignments.covers(made, ada)).toBe(true)
    expect(await roleAssignments.covers(made, info)).toBe(false)
    await directory.groups.remove(tenant.id, group.guid)
    const left = await roleAssignments.update(tenant.id, made.guid, { enabled: true })
    expect(await roleAssignments.covers(left, ada)).toBe(false)
    await expect(roleAssignments.update(tenant.id, made.guid, { group: group.guid })).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
  })
})

describe('management scopes', () => {
  it.each([
    ["Alias -eq 'ADA'", true, false],
    ["RecipientTypeDetails -eq 'SharedMailbox'", false, true],
    ["{PrimarySmtpAddress -like '*@contoso.test' -and -not (Name -eq 'info')}", true, false],
    ["EmailAddresses -eq 'info@contoso.test'", false, true],
    ["EmailAddresses -eq 'SMTP:info@contoso.test'", false, true],
    ["DisplayName -like 'nobody*'", false, false],
  ])('cover the mailboxes that match %s', async (recipientFilter, ofAda, ofInfo) => {
    const { directory, managed, assigned, ada, info } = await opened()
    const assignment = await assigned('Application Mail.Read', { scope: await managed('s', recipientFilter) })
    expect(await directory.roleAssignments.covers(assignment, ada)).toBe(ofAda)
    expect(await directory.roleAssignments.covers(assignment, info)).toBe(ofInfo)
  })

  it('refuse a filter with a syntax error or an unknown property', async () => {
    const { managed } = await opened()
    await expect(managed('a', 'Alias =')).rejects.toThrow('Invalid filter syntax at position 6')
    await expect(managed('a', "Colour -eq 'red'")).rejects.toThrow('"Colour" is not a valid property')
    await expect(managed('a', "constructor -eq 'red'")).rejects.toThrow('"constructor" is not a valid property')
  })

  it('refuse a filter with a value of the wrong type, which -not would make true for everybody', async () => {
    const { managed } = await opened()
    const refused = 'Cannot convert value "junk" to type'
    await expect(managed('a', "-not WhenCreated -gt 'junk'")).rejects.toThrow(`${refused} "System.DateTime".`)
    await expect(managed('a', "WhenMailboxCreated -ne 'junk'")).rejects.toThrow(`${refused} "System.DateTime".`)
    await expect(managed('a', "HiddenFromAddressListsEnabled -ne 'junk'")).rejects.toThrow(
      `${refused} "System.Boolean".`,
    )
  })

  it('cover nobody with a stored filter that is no longer valid, even under -not', async () => {
    const { directory, managed, assigned, ada } = await opened()
    const scope = await managed('s', "-not WhenCreated -gt '2100-01-01'")
    const assignment = await assigned('Application Mail.Read', { scope })
    const covers = (recipientFilter: string) =>
      directory.roleAssignments.covers({ ...assignment, scope: { ...scope, recipientFilter } }, ada)
    expect(await covers(scope.recipientFilter)).toBe(true)
    expect(await covers("-not WhenCreated -gt 'junk'")).toBe(false)
    expect(await covers("-not Colour -eq 'red'")).toBe(false)
  })

  it('are found by Guid and by unique name, and can be changed', async () => {
    const { directory, tenant, managed } = await opened()
    const [one, two] = [await managed('One'), await managed('Two')]
    const { managementScopes } = directory
    expect(await managementScopes.find(tenant.id, 'ONE')).toEqual(one)
    expect(await managementScopes.find(tenant.id, two.guid)).toEqual(two)
    await expect(managed('one')).rejects.toMatchObject({ reason: 'already-exists' })
    await expect(managementScopes.update(tenant.id, two.guid, { name: 'ONE' })).rejects.toMatchObject({
      reason: 'already-exists',
    })
    const changed = await managementScopes.update(tenant.id, two.guid, { recipientFilter: "Name -eq 'x'" })
    expect(await managementScopes.all(tenant.id)).toEqual([one, changed])
  })

  it('cannot be removed while a role assignment uses them, which would then cover everybody', async () => {
    const { directory, tenant, managed, assigned } = await opened()
    const scope = await managed('s')
    const assignment = await assigned('Application Mail.Read', { scope })
    await expect(directory.managementScopes.remove(tenant.id, scope.guid)).rejects.toMatchObject({
      reason: 'wrong-state',
    })
    await directory.roleAssignments.remove(tenant.id, assignment.guid)
    await directory.managementScopes.remove(tenant.id, scope.guid)
    expect(await directory.managementScopes.all(tenant.id)).toEqual([])
  })

  it('evaluate any filter to true or false, or refuse it', async () => {
    const { directory, tenant, managed, assigned, ada } = await opened()
    const scope = await managed('s')
    const assignment = await assigned('Application Mail.Read', { scope })
    const word = fc.constantFrom(
      'Alias',
      'Name',
      '-eq',
      '-like',
      '-and',
      '-not',
      '(',
      ')',
      "'a*'",
      '$null',
      'ada',
      '{',
      '}',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 9 }), async (words) => {
        try {
          const after = await directory.managementScopes.update(tenant.id, scope.guid, {
            recipientFilter: words.join(' '),
          })
          expect(await directory.roleAssignments.covers({ ...assignment, scope: after }, ada)).toBeTypeOf('boolean')
        } catch (thrown) {
          expect(thrown).toMatchObject({ reason: 'bad-syntax' })
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('roles of apps', () => {
  it('have a default name, cover everybody without a scope, and are listed by assignee', async () => {
    const { directory, tenant, pointer, principal, assigned, managed, info } = await opened()
    const first = await assigned('Application Mail.Read')
    const second = await assigned('Application Mail.Read', { scope: await managed('s') })
    expect(first.name).toBe(`Application Mail.Read-${principal.id}`)
    expect(second.name).toBe(`Application Mail.Read-${principal.id}-2`)
    const { roleAssignments } = directory
    expect(await roleAssignments.covers(first, info)).toBe(true)
    expect(await roleAssignments.covers(second, info)).toBe(false)
    expect(await roleAssignments.of(tenant.id, pointer.guid)).toEqual([first, second])
    expect(await roleAssignments.find(tenant.id, first.name.toUpperCase())).toEqual(first)
    await expect(assigned('Application Mail.Send', { name: first.name })).rejects.toMatchObject({
      reason: 'already-exists',
    })
  })

  it('can be disabled and moved to another scope', async () => {
    const { directory, tenant, assigned, managed, ada } = await opened()
    const made = await assigned('Application Mail.Read', { scope: await managed('s') })
    const { roleAssignments } = directory
    expect(await roleAssignments.update(tenant.id, made.guid, { enabled: false })).toMatchObject({ enabled: false })
    const elsewhere = await managed('elsewhere', "Alias -eq 'info'")
    const moved = await roleAssignments.update(tenant.id, made.guid, { scope: elsewhere.guid })
    expect(moved).toMatchObject({ enabled: false, scope: elsewhere })
    expect(await roleAssignments.covers(moved, ada)).toBe(false)
    await expect(roleAssignments.update(tenant.id, made.guid, { scope: made.guid })).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
  })

  it('are removed with the service principal, and leave the scope', async () => {
    const { directory, tenant, pointer, assigned, managed } = await opened()
    await assigned('Application SMTP.SendAsApp', { scope: await managed('s') })
    await directory.exchange.remove(tenant.id, pointer.guid)
    expect(await directory.roleAssignments.all(tenant.id)).toEqual([])
    expect(await directory.managementScopes.all(tenant.id)).toHaveLength(1)
  })

  it('record in the journal the app or tenant that they concern', async () => {
    const { directory, tenant, app, assigned, managed, policy } = await opened()
    const since = async (work: () => Promise<unknown>) => {
      const mark = await directory.journal.mark(tenant.id)
      await work()
      return [...(await directory.journal.since(tenant.id, mark)).subjects!]
    }
    expect(await since(() => assigned('Application Mail.Read'))).toEqual([app.appId])
    expect(await since(() => managed('s'))).toEqual([tenant.id])
    expect(await since(() => policy([app.appId]))).toEqual([app.appId])
    expect(await since(() => policy(['*', other]))).toEqual([tenant.id])
  })
})
