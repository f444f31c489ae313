import { describe, expect, it } from 'vitest'
import { newMailbox, openDirectory } from '../../../../../test/support/directory.ts'

async function opened() {
  const context = await openDirectory()
  const { directory, tenant } = context
  await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const ada = (await directory.users.find(tenant.id, 'ada@contoso.test'))!
  return { ...context, ada, policies: directory.authenticationPolicies }
}

describe('authentication policies', () => {
  it('block everything when they are new, and are found by name in any letter case or by Guid', async () => {
    const { policies, tenant } = await opened()
    const made = await policies.create(tenant.id, { name: 'Block Basic' })
    expect([...made.allowed]).toEqual([])
    expect(made.allowLegacyExchangeTokens).toBe(false)
    expect(await policies.find(tenant.id, 'block basic')).toEqual(made)
    expect(await policies.find(tenant.id, made.guid.toUpperCase())).toEqual(made)
    expect(await policies.find(tenant.id, 'other')).toBeUndefined()
    expect(await policies.all(tenant.id)).toEqual([made])
  })

  it('keep the switches that an update does not mention', async () => {
    const { policies, tenant, world } = await opened()
    const { guid } = await policies.create(tenant.id, { name: 'Some', allow: { Imap: true, Smtp: true, Pop: false } })
    world.advance(1000)
    const after = await policies.update(tenant.id, guid, {
      allow: { Pop: true, Imap: false },
      allowLegacyExchangeTokens: true,
    })
    expect([...after.allowed]).toEqual(['Pop', 'Smtp'])
    expect(after).toMatchObject({ allowLegacyExchangeTokens: true, changed: world.now() })
    expect(await policies.find(tenant.id, 'Some')).toEqual(after)
  })

  it('have names of 1 to 64 characters, unique in an organization', async () => {
    const { policies, tenant } = await opened()
    await policies.create(tenant.id, { name: 'A'.repeat(64) })
    await expect(policies.create(tenant.id, { name: 'A'.repeat(65) })).rejects.toThrow('longer than 64 characters')
    await expect(policies.create(tenant.id, { name: ' ' })).rejects.toThrow('must not be empty')
    await expect(policies.create(tenant.id, { name: 'a'.repeat(64) })).rejects.toMatchObject({
      reason: 'already-exists',
    })
  })

  it('apply to the user they are assigned to, before the default of the organization', async () => {
    const { policies, tenant, ada } = await opened()
    expect(await policies.effective(tenant.id, ada.id)).toBeUndefined()
    const general = await policies.create(tenant.id, { name: 'General' })
    const own = await policies.create(tenant.id, { name: 'Own', allow: { Imap: true } })
    await policies.assignDefault(tenant.id, general.guid)
    expect(await policies.effective(tenant.id, ada.id)).toEqual({ policy: general, from: 'default' })
    await policies.assign(tenant.id, ada.id, own.guid)
    expect(await policies.effective(tenant.id, ada.id)).toEqual({ policy: own, from: 'user' })
    expect(await policies.effective(tenant.id, undefined)).toEqual({ policy: general, from: 'default' })
    await policies.assign(tenant.id, ada.id, undefined)
    expect(await policies.effective(tenant.id, ada.id)).toEqual({ policy: general, from: 'default' })
    await policies.assignDefault(tenant.id, undefined)
    expect(await policies.effective(tenant.id, ada.id)).toBeUndefined()
  })

  it('cannot be removed while assigned, and are unassigned when the user is removed', async () => {
    const { policies, directory, tenant, ada } = await opened()
    const { guid } = await policies.create(tenant.id, { name: 'Used' })
    await policies.assign(tenant.id, ada.id, guid)
    await expect(policies.remove(tenant.id, guid)).rejects.toThrow('it is that of ada@contoso.test')
    await directory.users.remove(tenant.id, ada.id)
    await policies.assignDefault(tenant.id, guid)
    await expect(policies.remove(tenant.id, guid)).rejects.toThrow("it is the organization's default")
    await policies.assignDefault(tenant.id, undefined)
    await policies.remove(tenant.id, guid)
    expect(await policies.all(tenant.id)).toEqual([])
  })

  it("cannot be assigned from another organization, and are recorded in the organization's audit log", async () => {
    const { policies, directory, tenant, ada } = await opened()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const theirs = await policies.create(other.id, { name: 'Theirs', allow: { Imap: true } })
    await expect(policies.assign(tenant.id, ada.id, theirs.guid)).rejects.toMatchObject({ reason: 'no-such-thing' })
    await expect(policies.assignDefault(tenant.id, theirs.guid)).rejects.toMatchObject({ reason: 'no-such-thing' })
    const ours = await policies.create(tenant.id, { name: 'Ours' })
    await policies.assign(tenant.id, ada.id, ours.guid)
    const records = await directory.audits.page(tenant.id, { limit: 2 })
    expect(records.map(({ activity }) => activity)).toEqual(['Set-User', 'New-AuthenticationPolicy'])
    expect(records[0]?.targets[0]).toMatchObject({ type: 'User', userPrincipalName: 'ada@contoso.test' })
  })
})
