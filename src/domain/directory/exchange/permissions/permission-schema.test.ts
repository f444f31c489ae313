import { expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from '../../../../../test/support/disk.ts'
import { TestWorld } from '../../../../../test/support/world.ts'
import type { MailboxId, TenantId, UserId } from '../../../../core/ids.ts'
import { silentLog } from '../../../../core/log.ts'
import { type Statement, sql } from '../../../../storage/engine.ts'
import { openSqliteEngine } from '../../../../storage/sqlite/engine.ts'
import { createDirectory } from '../../directory.ts'
import { directoryMigrations } from '../../schema.ts'

const tenant = '11111111-1111-4111-8111-111111111111' as TenantId
const [ada, bob, mailbox] = [2, 3, 4].map((digit) => `${digit}`.repeat(8) + tenant.slice(8)) as [UserId, UserId, string]
const bobsSid = 'S-1-5-21-1-2-3-1001'

const person = (id: UserId, name: string, sid: string): Statement =>
  sql`insert into directory_user (id, tenant, upn, upn_key, display_name, display_key, mail_nickname, account_enabled,
      sid, created, revision)
    values (${id}, ${tenant}, ${`${name}@contoso.test`}, ${`${name}@contoso.test`}, ${name}, ${name}, ${name}, 1, ${sid},
      5, 2)`

/** Rows that the previous version of the program wrote. */
const oldRows: readonly Statement[] = [
  sql`insert into directory_tenant (id, display_name, sid_base, next_rid, revision, created)
    values (${tenant}, 'Contoso', 'S-1-5-21-1-2-3', 1002, 3, 5)`,
  sql`insert into directory_domain (name, tenant, revision) values ('contoso.test', ${tenant}, 1)`,
  person(ada, 'ada', 'S-1-5-21-1-2-3-1000'),
  person(bob, 'bob', bobsSid),
  sql`insert into directory_mailbox (id, tenant, guid, exchange_guid, user_id, name, name_key, alias, alias_key,
      display_name, display_key, upn, primary_address, addresses, type, imap_enabled, pop_enabled, created, changed,
      revision)
    values (1, ${tenant}, ${mailbox}, ${mailbox}, ${ada}, 'ada', 'ada', 'ada', 'ada', 'ada', 'ada', 'ada@contoso.test',
      'ada@contoso.test', '["SMTP:ada@contoso.test"]', 'UserMailbox', 1, 1, 5, 5, 2)`,
  sql`insert into directory_permission (mailbox, trustee_kind, trustee, deny, rights, inheritance, revision, since)
    values (1, 'user', ${bob}, 0, 'FullAccess', 'All', 2, 7)`,
  sql`insert into directory_send_as (mailbox, trustee_kind, trustee, deny, revision)
    values (1, 'user', ${bob}, 1, 3)`,
]

it('permissions of the previous version are migrated, and remain when their trustee is removed', async () => {
  const opened = { dir: temporaryDirectory(), world: new TestWorld(), log: silentLog }
  const migrations = directoryMigrations.filter(({ number }) => number < 152)
  const before = await openSqliteEngine({ ...opened, migrations })
  await before.sql.write(function* () {
    for (const statement of oldRows) yield statement
  })
  await before.close()

  const engine = await openSqliteEngine({ ...opened, migrations: directoryMigrations })
  onTestFinished(() => engine.close())
  const directory = createDirectory({ sql: engine.sql, notifier: engine.notifier, world: opened.world })
  const id = 1 as MailboxId
  const entry = { mailbox: id, accessRights: ['FullAccess'], deny: false, inheritanceType: 'All', since: 7 }
  const trustee = { kind: 'user', id: bob, name: 'bob@contoso.test', sid: bobsSid }
  expect((await directory.permissions.on(id)).slice(1)).toEqual([{ ...entry, trustee }])
  expect((await directory.sendAs.on(id)).slice(1)).toEqual([{ trustee, deny: true }])
  await directory.users.remove(tenant, bob)
  const gone = { kind: 'unresolved', id: bob, name: bobsSid, sid: bobsSid }
  expect((await directory.permissions.on(id)).slice(1)).toEqual([{ ...entry, trustee: gone }])
  expect((await directory.sendAs.on(id)).slice(1)).toEqual([{ trustee: gone, deny: true }])
})
