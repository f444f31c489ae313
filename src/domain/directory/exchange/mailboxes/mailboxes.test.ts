import { describe, expect, it } from 'vitest'
import { grantMailbox, newMailbox, openDirectory, registerApp } from '../../../../../test/support/directory.ts'
import type { NewMailbox } from '../../types.ts'

describe('mailboxes', () => {
  it('are created with a user, and are found by each of their names in any letter case', async () => {
    const { directory, tenant } = await openDirectory()
    const made = await directory.mailboxes.create(tenant.id, {
      name: 'Sales Team',
      alias: 'sales',
      displayName: 'Sales of Contoso',
      primarySmtpAddress: 'Info@contoso.test',
      userPrincipalName: 'sales@contoso.test',
      type: 'SharedMailbox',
    })
    const { guid, exchangeGuid, externalDirectoryObjectId } = made
    expect(made).toMatchObject({ emailAddresses: ['SMTP:Info@contoso.test'], imapEnabled: true, popEnabled: true })
    expect(new Set([guid, exchangeGuid, externalDirectoryObjectId]).size).toBe(3)
    for (const named of [
      'sales team',
      'SALES',
      'sales of contoso',
      'INFO@contoso.test',
      'Sales@Contoso.test',
      guid.toUpperCase(),
      exchangeGuid,
      externalDirectoryObjectId,
    ]) {
      expect(await directory.mailboxes.find(tenant.id, named)).toEqual(made)
    }
    expect(await directory.mailboxes.byId(made.id)).toEqual(made)
    expect(await directory.users.find(tenant.id, externalDirectoryObjectId)).toMatchObject({
      mail: 'Info@contoso.test',
      // Nobody can sign in as a shared mailbox.
      accountEnabled: false,
    })
  })

  it('are opened by address or userPrincipalName, and by no other name', async () => {
    const { directory, tenant } = await openDirectory()
    const ada = await directory.mailboxes.create(tenant.id, {
      ...newMailbox('ada'),
      primarySmtpAddress: 'lovelace@contoso.test',
    })
    const at = (address: string) => directory.mailboxes.findByAddress(tenant.id, address)
    expect(await at('ADA@contoso.test')).toEqual(ada)
    expect(await at(' lovelace@contoso.test ')).toEqual(ada)
    for (const address of ['ada', ada.guid, '', '@contoso.test', 'ada@contoso.test\0', 'ada@fabrikam.test']) {
      expect(await at(address)).toBeUndefined()
    }
  })

  it('are not found in another tenant, whatever their address', async () => {
    const { directory, tenant } = await openDirectory()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const ada = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
    expect(await directory.mailboxes.findByAddress(other.id, 'ada@contoso.test')).toBeUndefined()
    expect(await directory.mailboxes.find(other.id, ada.guid)).toBeUndefined()
    await expect(directory.mailboxes.update(other.id, ada.id, { imapEnabled: false })).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
    await expect(directory.mailboxes.remove(other.id, ada.id)).rejects.toMatchObject({ reason: 'no-such-thing' })
  })

  it.each<[string, Partial<NewMailbox>]>([
    ['name', { name: 'ADA' }],
    ['alias', { alias: 'Ada' }],
    ['address', { primarySmtpAddress: 'Lovelace@contoso.test' }],
    ['address that is another’s userPrincipalName', { primarySmtpAddress: 'ada@contoso.test' }],
    ['userPrincipalName', { userPrincipalName: 'ada@CONTOSO.test' }],
    ['userPrincipalName that is another’s address', { userPrincipalName: 'lovelace@contoso.test' }],
  ])('do not share a %s', async (_, change) => {
    const { directory, tenant } = await openDirectory()
    await directory.mailboxes.create(tenant.id, {
      ...newMailbox('ada'),
      primarySmtpAddress: 'lovelace@contoso.test',
    })
    await expect(directory.mailboxes.create(tenant.id, { ...newMailbox('bob'), ...change })).rejects.toMatchObject({
      reason: 'already-exists',
    })
    expect(await directory.mailboxes.all(tenant.id)).toHaveLength(1)
    expect(await directory.users.page(tenant.id, { limit: 100 })).toHaveLength(1)
  })

  it('with the same display name are not confused', async () => {
    const { directory, tenant } = await openDirectory()
    await directory.mailboxes.create(tenant.id, { ...newMailbox('ada'), displayName: 'Sales' })
    const bob = await directory.mailboxes.create(tenant.id, { ...newMailbox('bob'), displayName: 'SALES' })
    await expect(directory.mailboxes.find(tenant.id, 'sales')).rejects.toMatchObject({ reason: 'bad-syntax' })
    const sales = await directory.mailboxes.create(tenant.id, newMailbox('sales'))
    expect(await directory.mailboxes.find(tenant.id, 'sales')).toEqual(sales)
    expect(await directory.mailboxes.find(tenant.id, 'bob')).toEqual(bob)
  })

  it.each<[string, Partial<NewMailbox>]>([
    ['a space in its alias', { alias: 'a b' }],
    ['an @ in its alias', { alias: 'a@b' }],
    ['an endless name', { name: 'a'.repeat(65) }],
    ['an address of another domain', { primarySmtpAddress: 'ada@fabrikam.test' }],
  ])('are refused with %s', async (_, change) => {
    const { directory, tenant } = await openDirectory()
    await expect(directory.mailboxes.create(tenant.id, { ...newMailbox('ada'), ...change })).rejects.toMatchObject({
      reason: 'bad-syntax',
    })
  })

  it('keep the properties that an update does not mention', async () => {
    const { directory, tenant, world } = await openDirectory()
    const ada = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
    world.advance(1000)
    const off = await directory.mailboxes.update(tenant.id, ada.id, { imapEnabled: false })
    expect(off).toEqual({ ...ada, imapEnabled: false, changed: world.now() })
    await directory.mailboxes.update(tenant.id, ada.id, { displayName: 'Countess', popEnabled: false })
    expect(await directory.mailboxes.find(tenant.id, 'countess')).toMatchObject({
      imapEnabled: false,
      popEnabled: false,
    })
  })

  it('are not permanently removed while on hold, even if the hold is set at the same time', async () => {
    const { directory, tenant } = await openDirectory()
    const { id } = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
    const [held, removed] = await Promise.allSettled([
      directory.mailboxes.update(tenant.id, id, { settings: { LitigationHoldEnabled: true } }),
      directory.mailboxes.remove(tenant.id, id),
    ])
    // Either of them can be first.
    const refused = [held, removed].flatMap((it) => (it.status === 'rejected' ? [it.reason as unknown] : []))
    const isHeld = held.status === 'fulfilled'
    expect(refused).toMatchObject([{ reason: isHeld ? 'wrong-state' : 'no-such-thing' }])
    expect((await directory.mailboxes.byId(id)) !== undefined).toBe(isHeld)
  })

  it('are removed with their user and permissions; a new mailbox with the same name inherits no rights', async () => {
    const { directory, tenant } = await openDirectory()
    const ada = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
    const bob = await directory.mailboxes.create(tenant.id, newMailbox('bob'))
    const reader = await registerApp({ directory, tenant })
    await grantMailbox(directory, reader, ada)
    const trustee = await directory.permissions.trustee(tenant.id, 'ada@contoso.test')
    await directory.permissions.add(bob, {
      trustee: trustee!,
      accessRights: ['FullAccess'],
      deny: false,
      inheritanceType: 'All',
    })
    await directory.mailboxes.remove(tenant.id, ada.id)

    expect(await directory.mailboxes.byId(ada.id)).toBeUndefined()
    expect(await directory.users.find(tenant.id, 'ada@contoso.test')).toBeUndefined()
    expect(await directory.permissions.on(bob.id)).toMatchObject([{}, { trustee: { kind: 'unresolved' } }])
    const again = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
    expect(again.id).not.toBe(ada.id)
    expect(await directory.permissions.on(again.id)).toHaveLength(1)
    expect(await directory.permissions.ofUser(bob.id, again.externalDirectoryObjectId)).toEqual([])
  })
})
