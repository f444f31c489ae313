import { describe, expect, it } from 'vitest'
import { newMailbox, openDirectory } from '../../../../../test/support/directory.ts'
import { DAY } from '../../../../core/time.ts'
import type { MailboxRecord, NewGroup } from '../../types.ts'

const groupNamed = (name: string, more: Partial<NewGroup> = {}): NewGroup => ({
  name,
  alias: name.replaceAll(' ', ''),
  displayName: `${name} (group)`,
  primarySmtpAddress: `${name.replaceAll(' ', '')}@contoso.test`,
  type: 'Security',
  members: [],
  ...more,
})

const member = (mailbox: MailboxRecord) => ({ kind: 'mailbox', mailbox }) as const

async function opened() {
  const open = await openDirectory()
  const { directory, tenant } = open
  const [ada, bob] = [
    await directory.mailboxes.create(tenant.id, newMailbox('ada')),
    await directory.mailboxes.create(tenant.id, newMailbox('bob')),
  ]
  return { ...open, groups: directory.groups, ada, bob }
}

describe('a group member whose mailbox is removed', () => {
  it('is in the group again only if the mailbox is restored', async () => {
    const { groups, directory, tenant, ada, bob, world } = await opened()
    const group = await groups.create(tenant.id, groupNamed('Robots', { members: [member(ada), member(bob)] }))
    const counted = async () => [
      (await groups.members(group)).length,
      (await groups.mailboxesIn(group.guid)).length,
      await groups.holds(group.guid, ada.externalDirectoryObjectId),
    ]
    await directory.removedMailboxes.remove(tenant.id, ada.id)
    expect((await counted()).slice(0, 2)).toEqual([1, 1])
    await directory.removedMailboxes.restore(tenant.id, ada.id, {})
    expect(await counted()).toEqual([2, 2, true])
    await directory.removedMailboxes.remove(tenant.id, ada.id)
    await directory.removedMailboxes.forget(tenant.id, ada.id)
    expect(await counted()).toEqual([1, 1, false])
    await directory.removedMailboxes.disable(tenant.id, bob.id)
    expect(await groups.holds(group.guid, bob.externalDirectoryObjectId)).toBe(false)
    const eve = await directory.mailboxes.create(tenant.id, newMailbox('eve'))
    await groups.addMember(group, member(eve))
    await directory.removedMailboxes.remove(tenant.id, eve.id)
    world.advance(31 * DAY)
    const last = await directory.mailboxes.create(tenant.id, newMailbox('last'))
    await directory.removedMailboxes.remove(tenant.id, last.id)
    expect(await groups.holds(group.guid, eve.externalDirectoryObjectId)).toBe(false)
  })
})

describe('a distribution group', () => {
  it('is found by each of its names', async () => {
    const { groups, tenant } = await opened()
    const made = await groups.create(tenant.id, groupNamed('Mail Robots'))
    expect(made.distinguishedName).toBe(
      'CN=Mail Robots,OU=contoso.test,OU=Microsoft Exchange Hosted Organizations,DC=contoso,DC=test',
    )
    const names = [
      made.guid,
      made.externalDirectoryObjectId,
      made.sid,
      made.distinguishedName.toLowerCase(),
      'mail robots',
      'MAILROBOTS',
      'mailrobots@contoso.test',
      'Mail Robots (group)',
    ]
    for (const named of names) expect(await groups.find(tenant.id, named)).toEqual(made)
    expect(await groups.find(tenant.id, 'CN=Mail Robots,DC=elsewhere')).toBeUndefined()
    expect(await groups.find(tenant.id, 'ada')).toBeUndefined()
    expect(await groups.all(tenant.id)).toEqual([made])
  })

  it.each([
    ['ada', 'other', 'other', 'Name'],
    ['other', 'ada', 'other', 'Alias'],
    ['other', 'other', 'ada', 'PrimarySmtpAddress'],
  ])('takes no name, alias or address of a mailbox: %s, %s, %s', async (name, alias, local, property) => {
    const { groups, tenant } = await opened()
    const wanted = groupNamed(name, { alias, primarySmtpAddress: `${local}@contoso.test` })
    await expect(groups.create(tenant.id, wanted)).rejects.toMatchObject({
      reason: 'already-exists',
      detail: { property },
    })
  })

  it('reserves its names, alias and address, which no mailbox can take', async () => {
    const { groups, directory, tenant } = await opened()
    await groups.create(tenant.id, groupNamed('robots'))
    const mailbox = (change: object) => directory.mailboxes.create(tenant.id, { ...newMailbox('eve'), ...change })
    for (const change of [
      { name: 'robots' },
      { alias: 'robots' },
      { primarySmtpAddress: 'ROBOTS@contoso.test' },
      { userPrincipalName: 'robots@contoso.test' },
    ]) {
      await expect(mailbox(change)).rejects.toMatchObject({ reason: 'already-exists' })
    }
  })

  it('keeps its old address when it is given another', async () => {
    const { groups, tenant } = await opened()
    const made = await groups.create(tenant.id, groupNamed('robots'))
    const change = { displayName: 'Machines', primarySmtpAddress: 'machines@contoso.test' }
    expect(await groups.update(tenant.id, made.guid, change)).toMatchObject({
      displayName: 'Machines',
      primarySmtpAddress: 'machines@contoso.test',
      emailAddresses: ['SMTP:machines@contoso.test', 'smtp:robots@contoso.test'],
    })
    for (const address of ['robots@contoso.test', 'machines@contoso.test']) {
      expect(await groups.findByAddress(tenant.id, address)).toMatchObject({ guid: made.guid })
    }
    await groups.update(tenant.id, made.guid, { primarySmtpAddress: 'robots@contoso.test' })
    await groups.remove(tenant.id, made.guid)
    expect(await groups.findByAddress(tenant.id, 'machines@contoso.test')).toBeUndefined()
  })
})

describe('the members of a group', () => {
  it('are added once and removed once', async () => {
    const { groups, tenant, ada, bob } = await opened()
    const group = await groups.create(tenant.id, groupNamed('robots', { members: [member(ada)] }))
    await groups.addMember(group, member(bob))
    expect(await groups.members(group)).toEqual([member(ada), member(bob)])
    await expect(groups.addMember(group, member(bob))).rejects.toMatchObject({ reason: 'already-exists' })
    await groups.removeMember(group, member(ada))
    await expect(groups.removeMember(group, member(ada))).rejects.toMatchObject({ reason: 'no-such-thing' })
    expect(await groups.members(group)).toEqual([member(bob)])
    expect(await groups.of(tenant.id, bob.externalDirectoryObjectId)).toEqual([group])
    expect(await groups.of(tenant.id, ada.externalDirectoryObjectId)).toEqual([])
  })

  it('include the members of nested groups, even if groups contain each other', async () => {
    const { groups, tenant, ada, bob } = await opened()
    const inner = await groups.create(tenant.id, groupNamed('inner', { members: [member(ada)] }))
    const outer = await groups.create(
      tenant.id,
      groupNamed('outer', { members: [member(ada), member(bob), { kind: 'group', group: inner }] }),
    )
    await groups.addMember(inner, { kind: 'group', group: outer })
    expect(await groups.mailboxesIn(outer.guid)).toEqual([ada.id, bob.id])
    expect(await groups.mailboxesIn(inner.guid)).toEqual([ada.id, bob.id])
    expect(await groups.holds(inner.guid, bob.externalDirectoryObjectId)).toBe(true)
    expect(await groups.of(tenant.id, bob.externalDirectoryObjectId)).toEqual([outer])
    await groups.remove(tenant.id, outer.guid)
    expect(await groups.holds(inner.guid, bob.externalDirectoryObjectId)).toBe(false)
    expect(await groups.members(inner)).toEqual([member(ada)])
  })

  it('are removed with their mailboxes, and must be of the same tenant', async () => {
    const { groups, directory, tenant, ada } = await opened()
    const group = await groups.create(tenant.id, groupNamed('robots', { members: [member(ada)] }))
    await directory.mailboxes.remove(tenant.id, ada.id)
    expect(await groups.members(group)).toEqual([])
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const eve = await directory.mailboxes.create(other.id, newMailbox('eve', 'fabrikam.test'))
    await expect(groups.addMember(group, member(eve))).rejects.toMatchObject({ reason: 'no-such-thing' })
    await expect(groups.addMember(group, { kind: 'group', group })).rejects.toMatchObject({ reason: 'bad-syntax' })
  })
})
