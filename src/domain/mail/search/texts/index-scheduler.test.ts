import { expect, test } from 'vitest'
import {
  anotherNode,
  changeRows,
  appendMessages,
  folderIdOf,
  type OpenMailStore,
  openMailStore,
} from '../../../../../test/support/mail-store.ts'
import { TestLeases } from '../../../../../test/support/nodes.ts'
import { TestWorld } from '../../../../../test/support/world.ts'
import type { FolderId, MailboxId } from '../../../../core/ids.ts'
import { type Engine, sql } from '../../../../storage/engine.ts'
import { LeasedParts } from '../../leased-parts.ts'
import { kinds, type TextKind } from './text-column.ts'

async function begun() {
  const world = new TestWorld()
  const stage = await openMailStore({ world })
  const mailbox = await stage.mailbox()
  const inbox = await folderIdOf(mailbox, 'Inbox')
  return { world, stage, mailbox, inbox }
}

/** Messages of a folder that have texts. */
async function kept({ engine }: OpenMailStore, folder: FolderId, kind: TextKind): Promise<number> {
  const row = await engine.sql.first<{ count: number }>(
    sql`select count(*) as count from mail_state s join mail_text_slot t on t.message = s.message
        where s.folder = ${folder} and t.kind = ${kinds[kind]}`,
  )
  return row!.count
}

/** Lets time pass, in steps, and what falls due on the way be done. */
async function pass({ store }: OpenMailStore, world: TestWorld, milliseconds: number): Promise<void> {
  const end = world.now() + milliseconds
  while (world.now() < end) {
    world.advance(Math.min(100, end - world.now()))
    await store.settled()
  }
}

test('texts are made once nobody writes', async () => {
  const { world, stage, mailbox, inbox } = await begun()
  await appendMessages(mailbox, inbox, 600)
  await pass(stage, world, 900)
  await appendMessages(mailbox, inbox, 168)
  await pass(stage, world, 900)
  expect([await kept(stage, inbox, 'header'), await kept(stage, inbox, 'body')]).toEqual([0, 0])
  await pass(stage, world, 1500)
  expect([await kept(stage, inbox, 'header'), await kept(stage, inbox, 'body')]).toEqual([768, 768])
  expect(await mailbox.search(inbox, { key: 'body', text: 'hello' })).toHaveLength(768)
})

test('a few wait until there are more', async () => {
  const { world, stage, mailbox, inbox } = await begun()
  await appendMessages(mailbox, inbox, 63)
  await pass(stage, world, 20_000)
  expect(await kept(stage, inbox, 'body')).toBe(0)
  await appendMessages(mailbox, inbox, 1)
  await pass(stage, world, 20_000)
  expect(await kept(stage, inbox, 'body')).toBe(64)
})

test('where somebody writes all the time, texts are made all the same', async () => {
  const { world, stage, mailbox, inbox } = await begun()
  await appendMessages(mailbox, inbox, 300)
  for (let second = 0; second < 40; second++) {
    await mailbox.append(inbox, [
      { bytes: Buffer.from('Subject: more\r\n\r\nmore'), flags: { system: 0, keywords: [] } },
    ])
    await pass(stage, world, 900)
    if (second === 25) expect(await kept(stage, inbox, 'body')).toBe(0)
  }
  expect(await kept(stage, inbox, 'body')).toBeGreaterThanOrEqual(300)
})

test('what was left undone when the store closed is made after the next start', async () => {
  const { world, stage, mailbox, inbox } = await begun()
  await appendMessages(mailbox, inbox, 320)
  await pass(stage, world, 2500)
  const archive = await folderIdOf(mailbox, 'Archive')
  await appendMessages(mailbox, archive, 200)
  await stage.close()
  const again = await openMailStore({ dir: stage.dir, world })
  await pass(again, world, 9000)
  expect(await kept(again, archive, 'body')).toBe(0)
  await pass(again, world, 2000)
  expect([await kept(again, inbox, 'body'), await kept(again, archive, 'body')]).toEqual([320, 200])
  expect(await kept(again, archive, 'header')).toBe(200)
})

test('copies have the texts of what they are copies of, and messages that are gone need none', async () => {
  const { world, stage, mailbox, inbox } = await begun()
  const uids = await appendMessages(mailbox, inbox, 320)
  await pass(stage, world, 3000)
  const archive = await folderIdOf(mailbox, 'Archive')
  await mailbox.copy(inbox, uids, archive)
  await mailbox.remove(inbox, uids)
  await pass(stage, world, 3000)
  const rows = await stage.engine.sql.all<{ messages: number }>(sql`select messages from mail_text order by id`)
  expect(rows.map(({ messages }) => messages)).toEqual([256, 64, 256, 64])
})

test('a segment that has lost most of its messages gives way to another, and its bytes to others', async () => {
  const { world, stage, mailbox, inbox } = await begun()
  const uids = await appendMessages(mailbox, inbox, 200)
  await pass(stage, world, 3000)
  const segments = () =>
    stage.engine.sql.all<{ kind: number; messages: number }>(sql`select kind, messages from mail_text order by id`)
  expect((await segments()).map(({ messages }) => messages)).toEqual([200, 200])
  await mailbox.search(inbox, { key: 'body', text: 'hello' })
  await mailbox.remove(inbox, uids.slice(30))
  await pass(stage, world, 3000)
  expect((await segments()).map(({ messages }) => messages)).toEqual([30, 30])
  expect(await mailbox.search(inbox, { key: 'body', text: 'hello' })).toEqual(uids.slice(0, 30))
  expect(await mailbox.search(inbox, { key: 'header', name: 'subject', text: 'message 7' })).toEqual([uids[7]])
  expect(await kept(stage, inbox, 'body')).toBe(30)
})

test('of any number of folders none is forgotten', async () => {
  const { world, stage, mailbox } = await begun()
  const folders: FolderId[] = []
  for (let nth = 0; nth < 120; nth++) {
    const { id } = await mailbox.createFolder(`f${nth}`)
    folders.push(id)
  }
  await mailbox.copy(folders[0]!, await appendMessages(mailbox, folders[0]!, 64), folders[119]!)
  for (const folder of folders.slice(1, 119)) {
    await changeRows(stage.engine, function* () {
      yield sql`update mail_folder set uidnext = 100 where id = ${folder}`
    })
  }
  await pass(stage, world, 40_000)
  const marks = await stage.engine.sql.all<{ mark: number }>(
    sql`select body_texts as mark from mail_folder where id = ${folders[0]!} or id = ${folders[119]!}`,
  )
  expect(marks.map(({ mark }) => mark)).toEqual([64, 64])
})

test('texts are made by the node that has the lease, whichever node takes the messages', async () => {
  const world = new TestWorld()
  const leases = new TestLeases()
  const [first, second] = [leases.node(), leases.node()]
  const through = (engine: Engine) => ({ ...engine, leases: first.leases })
  const stage = await openMailStore({ world, through })
  const other = anotherNode(stage.engine, { world, leases: second.leases })
  const mailbox = await other.open(1 as MailboxId, new AbortController().signal)
  const inbox = await folderIdOf(mailbox, 'Inbox')
  await pass(stage, world, 20_000)
  await appendMessages(mailbox, inbox, 100)
  await pass(stage, world, 3000)
  await other.settled()
  expect([await kept(stage, inbox, 'header'), await kept(stage, inbox, 'body')]).toEqual([100, 100])
})

test('a node without a lease makes no texts in the background, until it gets one', async () => {
  const world = new TestWorld()
  const leases = new TestLeases()
  const [first, second] = [leases.node(), leases.node()]
  // A node that stands still: it has the leases and does nothing.
  const frozen = new LeasedParts(first.leases, 'upkeep')
  expect(frozen.hasAll).toBe(true)
  const stage = await openMailStore({ world, through: (engine) => ({ ...engine, leases: second.leases }) })
  const mailbox = await stage.mailbox()
  const inbox = await folderIdOf(mailbox, 'Inbox')
  await appendMessages(mailbox, inbox, 100)
  await pass(stage, world, 60_000)
  expect(await kept(stage, inbox, 'body')).toBe(0)
  first.stop()
  await pass(stage, world, 12_000)
  expect(await kept(stage, inbox, 'body')).toBe(100)
})
