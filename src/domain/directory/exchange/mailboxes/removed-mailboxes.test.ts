import { expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from '../../../../../test/support/disk.ts'
import { newMailbox, openDirectory } from '../../../../../test/support/directory.ts'
import { TestWorld } from '../../../../../test/support/world.ts'
import { DAY } from '../../../../core/time.ts'
import { silentLog } from '../../../../core/log.ts'
import { type Row, sql, type Statement } from '../../../../storage/engine.ts'
import { openSqliteEngine } from '../../../../storage/sqlite/engine.ts'
import { createDirectory } from '../../directory.ts'
import { directoryMigrations } from '../../schema.ts'

it('a removed mailbox is found by each of its addresses, in any letter case, while it is kept', async () => {
  const { directory, tenant, world } = await openDirectory()
  const { removedMailboxes: removed, mailboxes } = directory
  const { id, guid } = await mailboxes.create(tenant.id, newMailbox('ada'))
  await mailboxes.update(tenant.id, id, { emailAddresses: { add: ['smtp:Lovelace@contoso.test'], remove: [] } })
  const guids = async (...words: string[]) =>
    Promise.all(words.map(async (word) => (await removed.withAddress(tenant.id, word))?.mailbox.guid))
  const addresses = ['ADA@contoso.test', 'lovelace@contoso.test', 'bob@contoso.test', 'ada']
  expect(await guids(...addresses)).toEqual([undefined, undefined, undefined, undefined])
  await removed.remove(tenant.id, id)
  expect(await guids(...addresses)).toEqual([guid, guid, undefined, undefined])
  await removed.restore(tenant.id, id, {})
  expect(await guids(...addresses)).toEqual([undefined, undefined, undefined, undefined])
  await removed.remove(tenant.id, id)
  world.advance(DAY)
  const later = await mailboxes.create(tenant.id, newMailbox('ada'))
  await removed.remove(tenant.id, later.id)
  expect(await guids(...addresses)).toEqual([later.guid, guid, undefined, undefined])
  await removed.forget(tenant.id, later.id)
  expect(await guids(...addresses)).toEqual([guid, guid, undefined, undefined])
  world.advance(30 * DAY)
  expect(await guids(...addresses)).toEqual([undefined, undefined, undefined, undefined])
})

it('one of two thousand removed mailboxes is found by one statement without a table scan', async () => {
  const { directory, engine, tenant, world } = await openDirectory()
  const { id } = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  await directory.removedMailboxes.remove(tenant.id, id)
  await engine.sql.write(
    function* () {
      yield sql`insert into directory_removed_mailbox (id, tenant, mailbox, owner, removed, held)
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)
      select 1000 + i, tenant, mailbox, owner, removed, held from n, directory_removed_mailbox where id = ${id}`
      yield sql`insert into directory_removed_address (tenant, address_key, mailbox)
      select tenant, 'person' || id || '@contoso.test', id from directory_removed_mailbox where id > 1000`
    },
    [tenant.id],
  )
  const heard: Statement[] = []
  let rows = 0
  const listening = {
    ...engine.sql,
    all: async <R = Row>(statement: Statement) => {
      heard.push(statement)
      const found = await engine.sql.all<R>(statement)
      rows += found.length
      return found
    },
  }
  const heardBy = createDirectory({ sql: listening, notifier: engine.notifier, world })
  expect((await heardBy.removedMailboxes.withAddress(tenant.id, 'person1500@contoso.test'))?.mailbox).toBeDefined()
  expect(await heardBy.removedMailboxes.withAddress(tenant.id, 'stranger@contoso.test')).toBeUndefined()
  expect({ statements: heard.length, rows }).toEqual({ statements: 2, rows: 1 })
  const [{ parts, args }] = heard as [Statement]
  const plan = { parts: [`explain query plan ${parts[0]}`, ...parts.slice(1)], args }
  const steps = (await engine.sql.all<{ detail: string }>(plan)).map(({ detail }) => detail)
  expect(steps.filter((step) => /^(SCAN|SEARCH)/.test(step))).toEqual([
    expect.stringContaining('(tenant=? AND address_key=?)'),
    'SEARCH removed USING INTEGER PRIMARY KEY (rowid=?)',
  ])
})

it('a mailbox that was removed before its addresses were recorded is found by its addresses', async () => {
  const opened = { dir: temporaryDirectory(), world: new TestWorld(), log: silentLog }
  const migrations = directoryMigrations.filter(({ number }) => number < 167)
  const before = await openSqliteEngine({ ...opened, migrations })
  const row = {
    settings: '{}',
    protocols: '{}',
    guid: 'a-guid',
    addresses: JSON.stringify(['SMTP:Ada@contoso.test', 'sip:ada@sip.test', 'smtp:lovelace@contoso.test']),
  }
  await before.sql.write(function* () {
    yield sql`insert into directory_tenant (id, display_name, sid_base, next_rid, revision, created)
      values ('contoso', 'Contoso', 'S-1-5-21-1-2-3', 1002, 3, 5)`
    yield sql`insert into directory_removed_mailbox (id, tenant, mailbox, owner, removed, held)
      values (1, 'contoso', ${JSON.stringify(row)}, '{}', 1, 1)`
  })
  await before.close()

  const engine = await openSqliteEngine({ ...opened, migrations: directoryMigrations })
  onTestFinished(() => engine.close())
  const noted = await engine.sql.all(
    sql`select address_key, mailbox from directory_removed_address order by address_key`,
  )
  expect(noted).toEqual([
    { address_key: 'ada@contoso.test', mailbox: 1 },
    { address_key: 'lovelace@contoso.test', mailbox: 1 },
  ])
})

it('a restored user has the same authentication policy as before, if the policy still exists', async () => {
  const { directory, tenant } = await openDirectory()
  const { authenticationPolicies: policies, removedMailboxes: removed } = directory
  const { id, externalDirectoryObjectId: user } = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const { guid } = await policies.create(tenant.id, { name: 'Block', allow: {} })
  await policies.assign(tenant.id, user, guid)
  await removed.remove(tenant.id, id)
  await removed.restore(tenant.id, id, {})
  expect(await policies.ofUser(tenant.id, user)).toMatchObject({ guid, name: 'Block' })
  await removed.remove(tenant.id, id)
  await policies.remove(tenant.id, guid)
  await removed.restore(tenant.id, id, {})
  expect(await policies.ofUser(tenant.id, user)).toBeUndefined()
})
