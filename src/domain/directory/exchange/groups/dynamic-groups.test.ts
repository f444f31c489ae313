import { describe, expect, it } from 'vitest'
import { newMailbox, openDirectory } from '../../../../../test/support/directory.ts'
import { createDirectory } from '../../directory.ts'
import type { NewGroup } from '../../types.ts'

const dynamic = (recipientFilter: string, name = 'shared'): NewGroup => ({
  name,
  alias: name,
  displayName: name,
  primarySmtpAddress: `${name}@contoso.test`,
  type: 'Distribution',
  recipientFilter,
  members: [],
})

const SHARED = "RecipientTypeDetails -eq 'SharedMailbox'"

async function opened() {
  const { directory, engine, world, tenant } = await openDirectory()
  const make = (word: string, type: 'UserMailbox' | 'SharedMailbox') =>
    directory.mailboxes.create(tenant.id, { ...newMailbox(word), type })
  const [ada, info] = [await make('ada', 'UserMailbox'), await make('info', 'SharedMailbox')]
  return { directory, engine, world, groups: directory.groups, tenant, make, ada, info }
}

describe('a dynamic group', () => {
  it('has as members the mailboxes that match its filter now', async () => {
    const { groups, tenant, make, info } = await opened()
    const group = await groups.create(tenant.id, dynamic(SHARED))
    expect(await groups.find(tenant.id, 'shared')).toMatchObject({ guid: group.guid, recipientFilter: SHARED })
    expect(await groups.members(group)).toEqual([{ kind: 'mailbox', mailbox: info }])
    const help = await make('help', 'SharedMailbox')
    expect(await groups.mailboxesIn(group.guid)).toEqual([info.id, help.id])
    expect(await groups.holds(group.guid, help.externalDirectoryObjectId)).toBe(true)
    const changed = await groups.update(tenant.id, group.guid, { recipientFilter: "Alias -like 'a*'" })
    expect((await groups.members(changed)).map((it) => it.kind === 'mailbox' && it.mailbox.name)).toEqual(['ada'])
    await groups.remove(tenant.id, group.guid)
    expect(await groups.mailboxesIn(group.guid)).toEqual([])
  })

  it('is evaluated again only after a change in the tenant', async () => {
    const { engine, world, tenant, make, info } = await opened()
    let looks = 0
    const all: typeof engine.sql.all = (statement) => {
      if (statement.parts.join('').includes('from directory_mailbox\n          where tenant =')) looks++
      return engine.sql.all(statement)
    }
    const sql = { all, first: engine.sql.first.bind(engine.sql), write: engine.sql.write.bind(engine.sql) }
    const { groups, mailboxes } = createDirectory({ sql, notifier: engine.notifier, world })
    const { guid } = await groups.create(tenant.id, dynamic(SHARED))
    const found = await Promise.all([groups.mailboxesIn(guid), groups.mailboxesIn(guid)])
    expect([found, await groups.holds(guid, info.externalDirectoryObjectId)]).toEqual([[[info.id], [info.id]], true])
    expect(looks).toBe(1)
    const help = await make('help', 'SharedMailbox')
    expect(await groups.mailboxesIn(guid)).toEqual([info.id, help.id])
    await mailboxes.update(tenant.id, info.id, { type: 'UserMailbox' })
    expect(await groups.mailboxesIn(guid)).toEqual([help.id])
    expect(looks).toBe(3)
  })

  it('is expanded as a nested group unless it is closed, with each mailbox once', async () => {
    const { groups, tenant, ada, info } = await opened()
    const group = await groups.create(tenant.id, dynamic(SHARED))
    const { recipientFilter: _, ...plain } = dynamic('', 'outer')
    const outer = await groups.create(tenant.id, {
      ...plain,
      members: [
        { kind: 'mailbox', mailbox: ada },
        { kind: 'mailbox', mailbox: info },
        { kind: 'group', group },
      ],
    })
    expect(await groups.mailboxesIn(outer.guid)).toEqual([ada.id, info.id])
    await groups.removeMember(outer, { kind: 'mailbox', mailbox: info })
    expect(await groups.mailboxesIn(outer.guid)).toEqual([ada.id, info.id])
    expect(await groups.mailboxesIn(outer.guid, [group.guid])).toEqual([ada.id])
  })

  it('refuses a value of the wrong type, and has no members if its stored filter has one', async () => {
    const { groups, tenant } = await opened()
    const junk = "-not WhenCreated -gt 'junk'"
    await expect(groups.create(tenant.id, dynamic(junk))).rejects.toMatchObject({ reason: 'bad-syntax' })
    await expect(groups.fitting(tenant.id, junk)).rejects.toMatchObject({ reason: 'bad-syntax' })
    const group = await groups.create(tenant.id, dynamic("-not WhenCreated -gt '2100-01-01'"))
    expect(await groups.members(group)).toHaveLength(2)
    expect(await groups.members({ ...group, recipientFilter: junk })).toEqual([])
  })

  it('can filter by the groups that a mailbox is in', async () => {
    const { groups, tenant, ada } = await opened()
    const { recipientFilter: _, ...plain } = dynamic('', 'staff')
    const staff = await groups.create(tenant.id, { ...plain, members: [{ kind: 'mailbox', mailbox: ada }] })
    const fitting = await groups.fitting(tenant.id, `MemberOfGroup -eq '${staff.distinguishedName}'`)
    expect(fitting).toEqual([ada])
  })

  it('refuses members, and refuses a filter with a syntax error', async () => {
    const { groups, tenant, ada } = await opened()
    const group = await groups.create(tenant.id, dynamic(SHARED))
    const joining = groups.addMember(group, { kind: 'mailbox', mailbox: ada })
    await expect(joining).rejects.toMatchObject({ reason: 'wrong-state' })
    for (const filter of ['', 'Shoe -eq 1', "Alias -eq '", `Alias -eq '${'x'.repeat(2048)}'`]) {
      const refused = { reason: 'bad-syntax' }
      await expect(groups.create(tenant.id, dynamic(filter, 'other'))).rejects.toMatchObject(refused)
      await expect(groups.update(tenant.id, group.guid, { recipientFilter: filter })).rejects.toMatchObject(refused)
      await expect(groups.fitting(tenant.id, filter)).rejects.toMatchObject(refused)
    }
  })

  it('refuses a name or address that another recipient has', async () => {
    const { groups, tenant } = await opened()
    await groups.create(tenant.id, dynamic(SHARED))
    for (const name of ['shared', 'ada']) {
      await expect(groups.create(tenant.id, dynamic(SHARED, name))).rejects.toMatchObject({ reason: 'already-exists' })
    }
  })
})
