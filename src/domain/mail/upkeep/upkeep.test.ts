import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../../../../test/support/disk.ts'
import {
  changeRows,
  appendMessages,
  flags,
  folderIdOf,
  simpleMessage,
  type OpenMailStore,
  openMailStore,
} from '../../../../test/support/mail-store.ts'
import { TestLeases } from '../../../../test/support/nodes.ts'
import { TestWorld } from '../../../../test/support/world.ts'
import { silentLog } from '../../../core/log.ts'
import { HOUR } from '../../../core/time.ts'
import type { Uid } from '../../../core/ids.ts'
import { ask, type BlobRef, sql } from '../../../storage/engine.ts'
import { openSqliteEngine } from '../../../storage/sqlite/engine.ts'
import { mailMigrations } from '../schema.ts'
import { namingTables } from '../store.ts'
import { DELETED } from '../types.ts'

/** Lets time pass, with everything that is done behind. */
async function pass(stage: OpenMailStore, world: TestWorld, milliseconds: number, step = 60_000): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += step) {
    world.advance(step)
    await stage.store.settled()
  }
}

const octetsOf = (dir: string) =>
  readdirSync(join(dir, 'segments')).reduce((sum, name) => sum + statSync(join(dir, 'segments', name)).size, 0)

test('the room of messages that are gone is freed after a while, and the others are as they were', async () => {
  const world = new TestWorld()
  const stage = await openMailStore({ world, segment: 10_000 })
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const letters = Array.from({ length: 100 }, (_, n) => simpleMessage(`${n}`, `${n} `.repeat(200)))
  const uids: Uid[] = []
  for (const bytes of letters) uids.push(...(await mailbox.append(folder, [{ bytes, flags: flags() }])).uids)
  const kept = uids.filter((uid) => uid % 5 === 0)
  await pass(stage, world, 2 * HOUR)
  expect(stage.store.work.freed).toBe(0)
  const before = octetsOf(stage.dir)
  await mailbox.store(
    folder,
    uids.filter((uid) => uid % 5),
    { mode: 'add', flags: flags(DELETED) },
  )
  await mailbox.expunge(folder)
  await pass(stage, world, 2 * HOUR, 1000)
  expect(octetsOf(stage.dir)).toBeLessThan(before / 3)
  // Some texts were written again.
  expect(stage.store.work.freed).toBeGreaterThanOrEqual(before - octetsOf(stage.dir))
  for (const { uid, blob } of await mailbox.messages(folder, kept)) {
    expect((await mailbox.content(blob)).equals(letters[uid - 1]!)).toBe(true)
  }
})

test('bytes whose row was never written are found', async () => {
  const world = new TestWorld()
  const stage = await openMailStore({ world, segment: 1000 })
  for (let n = 0; n < 10; n++) await stage.engine.blobs.append(Buffer.alloc(900, `${n}`))
  await pass(stage, world, 3 * HOUR, 10_000)
  expect(octetsOf(stage.dir)).toBeLessThan(1200)
})

test('every column that holds references is among those that name bytes, with an index', async () => {
  // Only SQLite answers these questions, for the same tables.
  const options = { dir: temporaryDirectory(), migrations: mailMigrations, world: new TestWorld(), log: silentLog }
  const engine = await openSqliteEngine(options)
  onTestFinished(() => engine.close())
  const found = await engine.sql.all<{ name: string }>(
    sql`select t.name from sqlite_schema t join pragma_table_info(t.name) c where t.type = 'table' and c.name = 'blob'`,
  )
  expect(found.map(({ name }) => name).toSorted()).toEqual([...namingTables].toSorted())
  const indexed = await engine.sql.all<{ name: string }>(
    sql`select i.tbl_name as name from sqlite_schema i join pragma_index_info(i.name) c
        where i.type = 'index' and c.name = 'blob' and c.seqno = 0`,
  )
  expect(indexed.map(({ name }) => name).toSorted()).toEqual([...namingTables].toSorted())
})

test('a mailbox that the directory does not have any more is erased', async () => {
  const world = new TestWorld()
  const gone = new Set<number>()
  const beside: number[] = []
  const stage = await openMailStore({
    world,
    wanted: async (id) => !gone.has(id),
    eraseBeside: async (id) => void beside.push(id),
  })
  for (const id of [1, 2]) {
    const mailbox = await stage.mailbox(id)
    await appendMessages(mailbox, await folderIdOf(mailbox, 'INBOX'), 3)
  }
  gone.add(2)
  await pass(stage, world, HOUR)
  expect(await stage.engine.sql.all(sql`select mailbox from mail_mailbox`)).toEqual([{ mailbox: 1 }])
  expect(await stage.engine.sql.all(sql`select distinct mailbox from mail_message`)).toEqual([{ mailbox: 1 }])
  expect(stage.store.work.strays).toBe(1)
  expect(beside).toEqual([2])
})

test('places in folders that are not there, and messages in no folder, are cleared away', async () => {
  const world = new TestWorld()
  const stage = await openMailStore({ world })
  const mailbox = await stage.mailbox()
  const inbox = await folderIdOf(mailbox, 'INBOX')
  const archive = await folderIdOf(mailbox, 'Archive')
  await appendMessages(mailbox, inbox, 3)
  await appendMessages(mailbox, archive, 4)
  await changeRows(stage.engine, function* () {
    yield* ask(sql`delete from mail_folder where id = ${archive}`)
    yield* ask(sql`delete from mail_state where folder = ${inbox} and uid = 2`)
  })
  await pass(stage, world, HOUR)
  const rows = await stage.engine.sql.all(sql`select folder, uid from mail_state order by uid`)
  expect(rows).toEqual([
    { folder: inbox, uid: 1 },
    { folder: inbox, uid: 3 },
  ])
  expect(await stage.engine.sql.all(sql`select id from mail_message`)).toHaveLength(2)
  expect(stage.store.work.strays).toBe(2)
})

test('it goes on by itself after it was kept from its work', async () => {
  const world = new TestWorld()
  const stage = await openMailStore({ world, segment: 1000 })
  const refs: BlobRef[] = []
  for (let n = 0; n < 5; n++) refs.push(await stage.engine.blobs.append(Buffer.alloc(900, `${n}`)))
  let failures = 0
  stage.engine.blobs.keep(async () => {
    if (failures++ < 3) throw new Error('not now')
    return []
  })
  await pass(stage, world, 4 * HOUR, 10_000)
  expect(failures).toBeGreaterThan(3)
  expect(octetsOf(stage.dir)).toBeLessThan(1200)
})

test('mailboxes are looked after by the node that has the lease of their part', async () => {
  const world = new TestWorld()
  const leases = new TestLeases()
  const [first, second] = [leases.node(), leases.node()]
  // Another node has the part of the mailboxes 2 and 18.
  first.leases.run('upkeep-2', () => new Promise(() => {}))
  const stage = await openMailStore({
    world,
    wanted: async () => false,
    through: (engine) => ({ ...engine, leases: second.leases }),
  })
  for (const id of [1, 2, 17, 18]) await stage.mailbox(id)
  await pass(stage, world, HOUR)
  const mailboxes = () => stage.engine.sql.all(sql`select mailbox from mail_mailbox order by mailbox`)
  expect(await mailboxes()).toEqual([{ mailbox: 2 }, { mailbox: 18 }])
  first.stop()
  await pass(stage, world, HOUR)
  expect(await mailboxes()).toEqual([])
})
