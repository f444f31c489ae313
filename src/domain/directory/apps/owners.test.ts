import { describe, expect, it } from 'vitest'
import { openDirectory, registerApp } from '../../../../test/support/directory.ts'

async function withPeople() {
  const open = await openDirectory()
  const { directory, tenant } = open
  const user = await directory.users.create(tenant.id, {
    userPrincipalName: 'ada@contoso.test',
    displayName: 'Ada',
    mailNickname: 'ada',
    accountEnabled: true,
  })
  const { app, principal } = await registerApp(open, 'Robot')
  const told = async () =>
    (await directory.audits.page(tenant.id, { limit: 2 })).map(({ activity, targets }) => [
      activity,
      ...targets.map(({ displayName }) => displayName),
    ])
  return { ...open, app, principal, user, told }
}

describe('owners of an app', () => {
  it('are users and apps, added and removed', async () => {
    const { directory, tenant, app, principal, user, told } = await withPeople()
    expect(await directory.apps.owners(tenant.id, app.id)).toEqual([])
    await directory.apps.addOwner(tenant.id, app.id, user.id)
    await directory.apps.addOwner(tenant.id, app.id, principal.id)
    expect(await directory.apps.owners(tenant.id, app.id)).toEqual([
      { kind: 'user', id: user.id, displayName: 'Ada' },
      { kind: 'servicePrincipal', id: principal.id, displayName: 'Robot' },
    ])
    expect(await directory.apps.isOwner(tenant.id, app.id, user.id)).toBe(true)
    await directory.apps.removeOwner(tenant.id, app.id, user.id)
    expect(await directory.apps.isOwner(tenant.id, app.id, user.id)).toBe(false)
    expect(await told()).toEqual([
      ['Remove owner from application', 'Robot', 'Ada'],
      ['Add owner to application', 'Robot', 'Robot'],
    ])
    await expect(directory.apps.removeOwner(tenant.id, app.id, user.id)).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
  })

  it('include the creator of the app from the start, if the caller names one', async () => {
    const { directory, tenant, user, told } = await withPeople()
    const made = await directory.apps.create(tenant.id, { displayName: 'Reader' }, user.id)
    expect(await directory.apps.isOwner(tenant.id, made.id, user.id)).toBe(true)
    expect(await told()).toEqual([
      ['Add owner to application', 'Reader', 'Ada'],
      ['Add application', 'Reader'],
    ])
  })

  it('are added once', async () => {
    const { directory, tenant, app, user, told } = await withPeople()
    await directory.apps.addOwner(tenant.id, app.id, user.id)
    const before = await told()
    await directory.apps.addOwner(tenant.id, app.id, user.id)
    expect(await directory.apps.owners(tenant.id, app.id)).toHaveLength(1)
    expect(await told()).toEqual(before)
  })

  it('belong to the same tenant, and are removed with themselves or with the app', async () => {
    const { directory, tenant, app, principal, user } = await withPeople()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const stranger = await registerApp({ directory, tenant: other }, 'Stranger')
    const refused = { reason: 'no-such-thing' }
    await expect(directory.apps.addOwner(tenant.id, app.id, stranger.principal.id)).rejects.toMatchObject(refused)
    await expect(directory.apps.addOwner(other.id, app.id, stranger.principal.id)).rejects.toMatchObject(refused)
    await directory.apps.addOwner(tenant.id, app.id, user.id)
    expect(await directory.apps.owners(other.id, app.id)).toEqual([])
    expect(await directory.apps.isOwner(other.id, app.id, user.id)).toBe(false)
    await directory.users.remove(tenant.id, user.id)
    expect(await directory.apps.owners(tenant.id, app.id)).toEqual([])
    await directory.apps.addOwner(tenant.id, app.id, principal.id)
    await directory.apps.remove(tenant.id, app.id)
    expect(await directory.apps.owners(tenant.id, app.id)).toEqual([])
  })

  it('are limited to 100', async () => {
    const { directory, tenant, app } = await withPeople()
    for (let at = 0; at < 100; at++) {
      const { principal } = await registerApp({ directory, tenant }, `Owner ${at}`)
      await directory.apps.addOwner(tenant.id, app.id, principal.id)
    }
    const { principal } = await registerApp({ directory, tenant }, 'One more')
    await expect(directory.apps.addOwner(tenant.id, app.id, principal.id)).rejects.toMatchObject({
      reason: 'bad-syntax',
    })
    expect(await directory.apps.owners(tenant.id, app.id)).toHaveLength(100)
  })
})
