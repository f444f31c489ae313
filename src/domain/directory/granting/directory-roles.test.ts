import { describe, expect, it } from 'vitest'
import { newMailbox, openDirectory, registerApp } from '../../../../test/support/directory.ts'
import { directoryRole } from '../../../core/well-known/directory-roles.ts'

const { exchangeAdministrator, globalAdministrator, globalReader } = directoryRole

async function withBoth() {
  const open = await openDirectory()
  const { principal, app } = await registerApp(open)
  const user = await open.directory.users.create(open.tenant.id, {
    userPrincipalName: 'ada@contoso.test',
    displayName: 'Ada',
    mailNickname: 'ada',
    accountEnabled: true,
  })
  return { ...open, principal, app, user }
}

describe('directory roles', () => {
  it('have users and apps as holders, in the order of the assignments', async () => {
    const { directory, tenant, principal, user } = await withBoth()
    await directory.directoryRoles.assign(tenant.id, user.id, globalReader.toUpperCase())
    await directory.directoryRoles.assign(tenant.id, user.id, exchangeAdministrator)
    await directory.directoryRoles.assign(tenant.id, principal.id, exchangeAdministrator)
    await directory.directoryRoles.assign(tenant.id, principal.id, exchangeAdministrator)
    expect(await directory.directoryRoles.of(tenant.id, user.id)).toEqual([globalReader, exchangeAdministrator])
    expect(await directory.directoryRoles.members(tenant.id, exchangeAdministrator)).toEqual([
      { kind: 'user', id: user.id, displayName: 'Ada' },
      { kind: 'servicePrincipal', id: principal.id, displayName: 'Reader' },
    ])
    expect(await directory.directoryRoles.members(tenant.id, globalAdministrator)).toEqual([])
  })

  it('can be revoked from their holders', async () => {
    const { directory, tenant, user } = await withBoth()
    await directory.directoryRoles.assign(tenant.id, user.id, globalReader)
    await directory.directoryRoles.unassign(tenant.id, user.id, globalReader)
    expect(await directory.directoryRoles.of(tenant.id, user.id)).toEqual([])
    await expect(directory.directoryRoles.unassign(tenant.id, user.id, globalReader)).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
  })

  it('are identified by templates; an unknown template is refused', async () => {
    const { directory, tenant, user, world } = await withBoth()
    expect(new Set(directory.directoryRoles.templates.map(({ id }) => id))).toEqual(
      new Set(Object.values(directoryRole)),
    )
    await expect(directory.directoryRoles.assign(tenant.id, user.id, world.guid())).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
  })

  it('stay within their tenant', async () => {
    const { directory, tenant, user } = await withBoth()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    await directory.directoryRoles.assign(tenant.id, user.id, globalReader)
    await expect(directory.directoryRoles.assign(other.id, user.id, globalReader)).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
    expect(await directory.directoryRoles.of(other.id, user.id)).toEqual([])
    expect(await directory.directoryRoles.members(other.id, globalReader)).toEqual([])
  })

  it('appear in the journal under the user or the app', async () => {
    const { directory, tenant, principal, user, app } = await withBoth()
    const mark = await directory.journal.mark(tenant.id)
    await directory.directoryRoles.assign(tenant.id, user.id, globalReader)
    await directory.directoryRoles.assign(tenant.id, principal.id, globalReader)
    expect((await directory.journal.since(tenant.id, mark)).subjects).toEqual(new Set([user.id, app.appId]))
  })

  it('are removed with their holders', async () => {
    const { directory, tenant, principal } = await withBoth()
    const mailbox = await directory.mailboxes.create(tenant.id, newMailbox('bob'))
    await directory.directoryRoles.assign(tenant.id, principal.id, globalReader)
    await directory.directoryRoles.assign(tenant.id, mailbox.externalDirectoryObjectId, globalReader)
    await directory.mailboxes.remove(tenant.id, mailbox.id)
    await directory.servicePrincipals.remove(tenant.id, principal.id)
    expect(await directory.directoryRoles.members(tenant.id, globalReader)).toEqual([])
  })
})
