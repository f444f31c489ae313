import { describe, expect, it } from 'vitest'
import { grantMailbox, newMailbox, openDirectory, registerApp } from '../../../../../test/support/directory.ts'
import { DAY } from '../../../../core/time.ts'
import { self } from './trustees.ts'
import type { AccessRight, GroupType, Trustee } from '../../types.ts'

async function open() {
  const context = await openDirectory()
  const { directory, tenant } = context
  const ada = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const reader = await registerApp(context)
  const pointer = await directory.exchange.create(tenant.id, {
    appId: reader.app.appId,
    objectId: reader.principal.id,
    displayName: 'Reader',
  })
  const trustee = (await directory.permissions.trustee(tenant.id, pointer.guid))!
  const grant = (accessRights: readonly AccessRight[], further: { deny?: boolean; trustee?: Trustee } = {}) =>
    directory.permissions.add(ada, { trustee, accessRights, deny: false, inheritanceType: 'All', ...further })
  const take = (accessRights: readonly AccessRight[], deny = false) =>
    directory.permissions.remove(ada, { trustee, accessRights, deny })
  return { ...context, ada, reader, pointer, trustee, grant, take }
}

describe('mailbox permissions', () => {
  it('start with the mailbox’s own entry', async () => {
    const { directory, ada } = await open()
    expect(await directory.permissions.on(ada.id)).toEqual([
      {
        mailbox: ada.id,
        trustee: { kind: 'self', name: 'NT AUTHORITY\\SELF', sid: 'S-1-5-10' },
        accessRights: ['FullAccess', 'ReadPermission'],
        deny: false,
        inheritanceType: 'All',
        since: 0,
      },
    ])
  })

  it('gain the added rights, and report when nothing changed', async () => {
    const { directory, ada, trustee, grant, world } = await open()
    expect(await grant(['ReadPermission'])).toMatchObject({ changed: true })
    const added = await grant(['FullAccess', 'FullAccess'])
    expect(added).toEqual({
      changed: true,
      permission: {
        mailbox: ada.id,
        trustee,
        accessRights: ['FullAccess', 'ReadPermission'],
        deny: false,
        inheritanceType: 'All',
        since: world.now(),
      },
    })
    expect(await grant(['FullAccess'])).toEqual({ ...added, changed: false })
    expect(await directory.permissions.on(ada.id)).toEqual([expect.anything(), added.permission])
  })

  it('lose the removed rights, and are deleted with the last right', async () => {
    const { directory, ada, pointer, grant, take, world } = await open()
    await grant(['FullAccess', 'ReadPermission'])
    expect(await take(['DeleteItem'])).toEqual({ changed: false })
    expect(await take(['FullAccess'])).toEqual({ changed: true })
    expect(await directory.permissions.ofServicePrincipal(ada.id, pointer.guid)).toEqual([
      { accessRights: ['ReadPermission'], deny: false, inheritanceType: 'All', since: world.now() },
    ])
    expect(await take(['ReadPermission', 'FullAccess'])).toEqual({ changed: true })
    expect(await take(['FullAccess'])).toEqual({ changed: false })
    expect(await directory.permissions.on(ada.id)).toHaveLength(1)
  })

  it('that deny exist beside those that allow', async () => {
    const { directory, ada, pointer, grant, take } = await open()
    await grant(['FullAccess'])
    await grant(['FullAccess'], { deny: true })
    const entries = () => directory.permissions.ofServicePrincipal(ada.id, pointer.guid)
    expect((await entries()).map(({ deny }) => deny)).toEqual([false, true])
    await take(['FullAccess'], true)
    expect((await entries()).map(({ deny }) => deny)).toEqual([false])
  })

  it('of a removed Exchange service principal do not pass to a new one for the same app', async () => {
    const { directory, tenant, ada, reader, pointer, grant } = await open()
    await grant(['FullAccess'])
    await directory.exchange.remove(tenant.id, pointer.guid)
    const gone = { kind: 'unresolved', id: pointer.guid, name: pointer.sid, sid: pointer.sid } as const
    expect(await directory.permissions.on(ada.id)).toMatchObject([{ trustee: self }, { trustee: gone }])
    await expect(grant(['FullAccess'])).rejects.toMatchObject({ reason: 'no-such-thing' })
    await expect(grant(['FullAccess'], { trustee: gone })).rejects.toMatchObject({ reason: 'no-such-thing' })
    const again = await directory.exchange.create(tenant.id, {
      appId: reader.app.appId,
      objectId: reader.principal.id,
    })
    expect(await directory.permissions.ofServicePrincipal(ada.id, again.guid)).toEqual([])
    const entry = { trustee: gone, accessRights: ['FullAccess'], deny: false } as const
    expect(await directory.permissions.remove(ada, entry)).toEqual({ changed: true })
    expect(await directory.permissions.on(ada.id)).toHaveLength(1)
  })

  it('are kept with a removed mailbox, and deleted when it can no longer be restored', async () => {
    const { directory, tenant, ada, trustee, grant, world } = await open()
    const bob = await directory.mailboxes.create(tenant.id, newMailbox('bob'))
    await grant(['FullAccess'])
    await directory.sendAs.add(ada, { trustee, deny: false })
    const held = async () => [
      (await directory.permissions.on(ada.id)).length - 1,
      (await directory.sendAs.on(ada.id)).length - 1,
    ]
    await directory.removedMailboxes.remove(tenant.id, ada.id)
    expect(await held()).toEqual([1, 1])
    await expect(grant(['ReadPermission'])).rejects.toMatchObject({ reason: 'no-such-thing' })
    await directory.removedMailboxes.restore(tenant.id, ada.id, {})
    expect(await held()).toEqual([1, 1])
    await directory.removedMailboxes.remove(tenant.id, ada.id)
    world.advance(31 * DAY)
    await directory.removedMailboxes.remove(tenant.id, bob.id)
    expect(await held()).toEqual([0, 0])
  })

  it.each(['removed for good', 'removed with its user', 'forgotten'])(
    'are deleted with a mailbox that is %s',
    async (how) => {
      const { directory, tenant, ada, grant } = await open()
      await grant(['FullAccess'])
      if (how === 'removed for good') await directory.mailboxes.remove(tenant.id, ada.id)
      else if (how === 'removed with its user') await directory.users.remove(tenant.id, ada.externalDirectoryObjectId)
      else {
        await directory.removedMailboxes.remove(tenant.id, ada.id)
        await directory.removedMailboxes.forget(tenant.id, ada.id)
      }
      expect(await directory.permissions.on(ada.id)).toHaveLength(1)
    },
  )

  it('cannot be granted on a removed mailbox, or to another tenant’s trustee', async () => {
    const { directory, tenant, ada, grant } = await open()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    await directory.users.create(other.id, {
      userPrincipalName: 'eve@fabrikam.test',
      displayName: 'Eve',
      mailNickname: 'eve',
      accountEnabled: true,
    })
    const eve = (await directory.permissions.trustee(other.id, 'eve@fabrikam.test'))!
    await expect(grant(['FullAccess'], { trustee: eve })).rejects.toMatchObject({ reason: 'no-such-thing' })
    await directory.mailboxes.remove(tenant.id, ada.id)
    await expect(grant(['FullAccess'])).rejects.toMatchObject({ reason: 'no-such-thing' })
  })

  it('cannot change the mailbox’s own entry', async () => {
    const { directory, ada, grant } = await open()
    expect(await grant(['FullAccess'], { trustee: self })).toMatchObject({ changed: false })
    await expect(grant(['FullAccess'], { trustee: self, deny: true })).rejects.toMatchObject({ reason: 'unsupported' })
    await expect(
      directory.permissions.remove(ada, { trustee: self, accessRights: ['FullAccess'], deny: false }),
    ).rejects.toMatchObject({ reason: 'unsupported' })
  })

  it('number at most 500', async () => {
    const { directory, tenant, ada, world } = await open()
    const add = async () => {
      const { guid } = await directory.exchange.create(tenant.id, { appId: world.guid(), objectId: world.guid() })
      const trustee = (await directory.permissions.trustee(tenant.id, guid))!
      await directory.permissions.add(ada, {
        trustee,
        accessRights: ['FullAccess'],
        deny: false,
        inheritanceType: 'All',
      })
    }
    await Promise.all(Array.from({ length: 500 }, add))
    await expect(add()).rejects.toMatchObject({ reason: 'over-quota' })
  })
})

describe('trustees', () => {
  it('are found by unique name before display name, and not by an ambiguous one', async () => {
    const { directory, tenant, reader } = await open()
    const shown = async (word: string, displayName: string) =>
      directory.mailboxes.create(tenant.id, { ...newMailbox(word), displayName })
    const robot = await shown('robot', 'Machine')
    await shown('scanner', 'Reader')
    await shown('other', 'Robot')
    await directory.exchange.create(tenant.id, {
      appId: reader.principal.id,
      objectId: robot.guid,
      displayName: 'Robot',
    })
    const named = (name: string) => directory.permissions.trustee(tenant.id, name)
    expect(await named('robot')).toMatchObject({ kind: 'user', id: robot.externalDirectoryObjectId })
    await expect(named('reader')).rejects.toMatchObject({ reason: 'bad-syntax', detail: { property: 'Identity' } })
    expect(await named('scanner@contoso.test')).toMatchObject({ kind: 'user' })
    expect(await named(reader.app.appId)).toMatchObject({ kind: 'servicePrincipal' })
  })

  it('are Exchange service principals by any of their ids or their name', async () => {
    const { directory, tenant, reader, pointer, trustee } = await open()
    for (const named of [
      pointer.guid.toUpperCase(),
      pointer.objectId,
      reader.app.appId,
      pointer.sid.toLowerCase(),
      'READER',
    ]) {
      expect(await directory.permissions.trustee(tenant.id, named)).toEqual(trustee)
    }
  })

  it('are users by id, userPrincipalName, SID, or any name of their mailbox', async () => {
    const { directory, tenant, ada } = await open()
    const user = await directory.permissions.trustee(tenant.id, 'Ada@contoso.test')
    expect(user).toMatchObject({ kind: 'user', id: ada.externalDirectoryObjectId, name: 'ada@contoso.test' })
    for (const named of [ada.externalDirectoryObjectId, user!.sid, 'ada', ada.displayName]) {
      expect(await directory.permissions.trustee(tenant.id, named)).toEqual(user)
    }
  })

  it('are security groups by any of their names, and not distribution groups', async () => {
    const { directory, tenant, ada } = await open()
    const group = (name: string, type: GroupType) =>
      directory.groups.create(tenant.id, {
        name,
        alias: name,
        displayName: `${name} of Contoso`,
        primarySmtpAddress: `${name}@contoso.test`,
        type,
        members: [],
      })
    const robots = await group('Robots', 'Security')
    const letters = await group('Letters', 'Distribution')
    for (const named of [robots.guid, robots.sid, robots.primarySmtpAddress, 'robots', 'Robots of Contoso']) {
      expect(await directory.permissions.trustee(tenant.id, named)).toEqual({
        kind: 'group',
        id: robots.guid,
        name: 'Robots',
        sid: robots.sid,
      })
    }
    expect(await directory.permissions.trustee(tenant.id, letters.guid)).toBeUndefined()
    const forged = { kind: 'group', id: letters.guid, name: 'Letters', sid: letters.sid } as const
    const grant = { accessRights: ['FullAccess'], deny: false, inheritanceType: 'All' } as const
    await expect(directory.permissions.add(ada, { ...grant, trustee: forged })).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
  })

  it('have unique SIDs of their tenant', async () => {
    const { directory, tenant, pointer } = await open()
    const ada = await directory.permissions.trustee(tenant.id, 'ada')
    const base = /^(S-1-5-21-\d+-\d+-\d+)-(\d+)$/
    expect(ada?.sid).toMatch(base)
    expect(base.exec(pointer.sid)?.[1]).toBe(base.exec(ada!.sid)?.[1])
    expect(pointer.sid).not.toBe(ada?.sid)
  })

  it('are the mailbox itself, or nobody', async () => {
    const { directory, tenant, reader } = await open()
    expect(await directory.permissions.trustee(tenant.id, 'nt authority\\self')).toEqual(self)
    for (const named of ['', 'nobody', reader.app.id]) {
      expect(await directory.permissions.trustee(tenant.id, named)).toBeUndefined()
    }
  })

  it('are the user if a service principal only has the user’s address as display name', async () => {
    const { directory, tenant, world } = await open()
    await directory.exchange.create(tenant.id, {
      appId: world.guid(),
      objectId: world.guid(),
      displayName: 'ada@contoso.test',
    })
    expect(await directory.permissions.trustee(tenant.id, 'ada@contoso.test')).toMatchObject({ kind: 'user' })
  })
})

describe('Exchange service principals', () => {
  it('are stored as given if their ids are well-formed', async () => {
    const { directory, tenant, world } = await open()
    const { reader } = { reader: await registerApp({ directory, tenant }) }
    const made = await directory.exchange.create(tenant.id, {
      appId: reader.app.appId.toUpperCase(),
      objectId: reader.app.id,
    })
    expect(made).toMatchObject({ appId: reader.app.appId, objectId: reader.app.id, displayName: '' })
    expect([made.objectId, made.appId as string]).not.toContain(made.guid)
    for (const ids of [
      { appId: 'reader', objectId: world.guid() as string },
      { appId: world.guid() as string, objectId: '' },
    ]) {
      await expect(directory.exchange.create(tenant.id, ids)).rejects.toMatchObject({ reason: 'bad-syntax' })
    }
  })

  it('do not share an AppId or an ObjectId', async () => {
    const { directory, tenant, reader, pointer, world } = await open()
    for (const [ids, property] of [
      [{ appId: reader.app.appId, objectId: world.guid() }, 'AppId'],
      [{ appId: world.guid(), objectId: pointer.objectId }, 'ObjectId'],
    ] as const) {
      await expect(directory.exchange.create(tenant.id, ids)).rejects.toMatchObject({
        reason: 'already-exists',
        detail: { property },
      })
    }
  })

  it('are found by their own id before the wrong id of another, and not by a shared name', async () => {
    const { directory, tenant, world } = await open()
    const [a, b] = [world.guid(), world.guid()]
    const first = await directory.exchange.create(tenant.id, { appId: a, objectId: b, displayName: 'Twin' })
    const second = await directory.exchange.create(tenant.id, { appId: b, objectId: a, displayName: 'twin' })
    expect(await directory.exchange.find(tenant.id, b)).toEqual(first)
    expect(await directory.exchange.find(tenant.id, a)).toEqual(second)
    expect(await directory.exchange.findByAppId(tenant.id, a)).toEqual(first)
    await expect(directory.exchange.find(tenant.id, 'TWIN')).rejects.toMatchObject({ reason: 'bad-syntax' })
    expect(await directory.exchange.find(tenant.id, '')).toBeUndefined()
  })

  it('are removed once, and only by their own tenant', async () => {
    const { directory, tenant, pointer } = await open()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    await expect(directory.exchange.remove(other.id, pointer.guid)).rejects.toMatchObject({ reason: 'no-such-thing' })
    await directory.exchange.remove(tenant.id, pointer.guid)
    await expect(directory.exchange.remove(tenant.id, pointer.guid)).rejects.toMatchObject({ reason: 'no-such-thing' })
    expect(await directory.exchange.all(tenant.id)).toEqual([])
  })

  it('get one permission on a mailbox, even if the grant is repeated', async () => {
    const { directory, ada, reader } = await open()
    await Promise.all(Array.from({ length: 5 }, () => grantMailbox(directory, reader, ada)))
    expect(await directory.permissions.on(ada.id)).toHaveLength(2)
  })
})
