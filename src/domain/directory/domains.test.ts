import { describe, expect, it } from 'vitest'
import { newMailbox, openDirectory } from '../../../test/support/directory.ts'
import { createDirectory } from './directory.ts'
import { verificationText } from './domains.ts'

async function opened(records: Record<string, readonly string[]> = {}) {
  const open = await openDirectory()
  const { world, engine } = open
  const directory = createDirectory({
    sql: engine.sql,
    notifier: engine.notifier,
    world,
    txtRecords: async (name) => records[name] ?? [],
  })
  return { ...open, directory, records }
}

describe('the domains of a tenant', () => {
  it('take addresses once they are verified, and not before', async () => {
    const { directory, tenant } = await opened()
    await directory.domains.add(tenant.id, 'Fabrikam.Test')
    const mailbox = newMailbox('ada', 'fabrikam.test')
    await expect(directory.mailboxes.create(tenant.id, mailbox)).rejects.toMatchObject({ reason: 'bad-syntax' })
    expect(await directory.tenants.find('fabrikam.test')).toBeUndefined()

    expect(await directory.domains.verify(tenant.id, 'fabrikam.test')).toMatchObject({ isVerified: true })
    expect((await directory.tenants.find('fabrikam.test'))?.domains).toEqual(['contoso.test', 'fabrikam.test'])
    await directory.mailboxes.create(tenant.id, mailbox)
    expect(await directory.mailboxes.findByAddress(tenant.id, 'ada@fabrikam.test')).toBeDefined()
    expect(await directory.users.findAnywhere('ada@fabrikam.test')).toBeDefined()
  })

  it('are proved with a TXT record of the tenant, if the public DNS can have the domain', async () => {
    const { directory, tenant, records } = await opened()
    await directory.domains.add(tenant.id, 'fabrikam.com')
    const other = await directory.tenants.create('Other', 'other.test')
    const text = await directory.domains.verificationText(tenant.id, 'fabrikam.com')
    expect(text).toMatch(/^MS=ms\d{8}$/)

    for (const found of [[], ['v=spf1 -all', verificationText(other.id, 'fabrikam.com')]]) {
      records['fabrikam.com'] = found
      await expect(directory.domains.verify(tenant.id, 'fabrikam.com')).rejects.toThrow(
        `Domain verification failed with the following error: the TXT record '${text}' was not found`,
      )
    }
    records['fabrikam.com'] = ['v=spf1 -all', text]
    await directory.domains.verify(tenant.id, 'fabrikam.com')
    await expect(directory.domains.verify(tenant.id, 'fabrikam.com')).rejects.toThrow('Domain is already verified.')
  })

  it('belong to the tenant that verifies them first', async () => {
    const { directory, tenant } = await opened()
    const other = await directory.tenants.create('Other', 'other.test')
    for (const { id } of [tenant, other]) await directory.domains.add(id, 'fabrikam.test')
    await directory.domains.verify(other.id, 'fabrikam.test')
    await expect(directory.domains.verify(tenant.id, 'fabrikam.test')).rejects.toMatchObject({
      reason: 'already-exists',
    })
    await directory.domains.remove(tenant.id, 'fabrikam.test')
    expect((await directory.tenants.find('fabrikam.test'))?.id).toBe(other.id)
  })

  it('have one default domain, and the initial one stays', async () => {
    const { directory, tenant } = await opened()
    await directory.domains.accept(tenant.id, { domain: 'fabrikam.test', acceptedName: 'Fabrikam' })
    await directory.domains.makeDefault(tenant.id, 'fabrikam.test')
    expect(await directory.tenants.find(tenant.id)).toMatchObject({
      domains: ['fabrikam.test', 'contoso.test'],
      initialDomain: 'contoso.test',
    })
    await expect(directory.domains.remove(tenant.id, 'fabrikam.test')).rejects.toThrow('The default domain')
    await expect(directory.domains.remove(tenant.id, 'contoso.test')).rejects.toThrow('The initial domain')
  })

  it('of one name are added once, even at the same moment', async () => {
    const { directory, tenant } = await opened()
    const added = await Promise.allSettled(
      ['fabrikam.test', 'litware.test'].map((domain) =>
        directory.domains.accept(tenant.id, { domain, acceptedName: 'Sales' }),
      ),
    )
    expect(added.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(
      (await directory.domains.all(tenant.id)).filter(({ acceptedName }) => acceptedName === 'Sales'),
    ).toHaveLength(1)
  })

  it('are not removed while a user, an address or an app is in them', async () => {
    const { directory, tenant } = await opened()
    await directory.domains.accept(tenant.id, { domain: 'fabrikam.test', acceptedName: 'Fabrikam' })
    const ada = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
    const app = await directory.apps.create(tenant.id, { displayName: 'Api' })
    const inUse = () => expect(directory.domains.remove(tenant.id, 'fabrikam.test')).rejects.toThrow('still in use')

    await directory.mailboxes.update(tenant.id, ada.id, { emailAddresses: { add: ['a@fabrikam.test'], remove: [] } })
    await inUse()
    await directory.mailboxes.update(tenant.id, ada.id, { emailAddresses: { add: [], remove: ['a@fabrikam.test'] } })
    await directory.apps.update(tenant.id, app.id, { identifierUris: ['api://fabrikam.test'] })
    await inUse()
    await directory.apps.update(tenant.id, app.id, { identifierUris: [] })
    await directory.domains.remove(tenant.id, 'fabrikam.test')
    expect(await directory.tenants.find('fabrikam.test')).toBeUndefined()
  })

  it.each([
    ['contoso.test', 'already-exists'],
    ['not a domain', 'bad-syntax'],
  ])('refuses to add %j', async (domain, reason) => {
    const { directory, tenant } = await opened()
    await expect(directory.domains.add(tenant.id, domain)).rejects.toMatchObject({ reason })
  })
})
