import { expect, test } from 'vitest'
import { appendMessages, flags, folderIdOf, openMailStore, simpleMessage } from '../../../../test/support/mail-store.ts'
import type { Uid } from '../../../core/ids.ts'
import { sql } from '../../../storage/engine.ts'
import { SEEN } from '../types.ts'
import { tidyItems } from './item-upkeep.ts'

test('origins of messages that left are kept while the journal reaches back to them', async () => {
  const { engine, ...stage } = await openMailStore({ limits: { journalSteps: 64 } })
  const mailbox = await stage.mailbox()
  const { items } = mailbox
  const [inbox, archive] = [await folderIdOf(mailbox, 'INBOX'), await folderIdOf(mailbox, 'Archive')]
  const item = await items.create(inbox, { bytes: simpleMessage('x'), properties: [{ name: 'p', value: 'v' }] })
  const origins = () => engine.sql.all(sql`select folder, uid, left_at from mail_item_origin order by folder, uid`)
  await items.move(item.key, archive)
  await items.move(item.key, inbox)
  const mark = await items.mark()
  await items.delete(item.key)
  const removed = { kind: 'removed', key: item.key, folder: inbox, uid: 2 }
  expect(await tidyItems(engine.sql, mailbox.id)).toBe(true)
  expect(await origins()).toMatchObject([{ uid: 2 }, { uid: 1 }])
  expect((await items.changesSince({ folder: inbox, since: mark, take: 9 })).changes).toEqual([removed])
  expect(await engine.sql.all(sql`select name from mail_item_property`)).toEqual([])
  expect(await engine.sql.first(sql`select octets from mail_item_usage`)).toEqual({ octets: 0 })
  const kept = await items.create(inbox, { bytes: simpleMessage('y'), properties: [{ name: 'p', value: 'v' }] })
  await items.move(kept.key, archive)
  for (let n = 0; n < 200; n++) {
    await mailbox.store(archive, [2 as Uid], { mode: n % 2 ? 'add' : 'remove', flags: flags(SEEN) })
  }
  expect(await tidyItems(engine.sql, mailbox.id)).toBe(true)
  expect(await origins()).toEqual([{ folder: archive, uid: 2, left_at: 0 }])
  expect(await items.properties([kept.key])).toEqual([[{ name: 'p', value: 'v' }]])
})

test('what is left to do is done in steps', async () => {
  const { engine, ...stage } = await openMailStore()
  const mailbox = await stage.mailbox()
  const [inbox, archive] = [await folderIdOf(mailbox, 'INBOX'), await folderIdOf(mailbox, 'Archive')]
  const { to } = await mailbox.move(inbox, await appendMessages(mailbox, inbox, 600), archive)
  await mailbox.remove(archive, to)
  expect(await tidyItems(engine.sql, mailbox.id)).toBe(false)
  expect(await tidyItems(engine.sql, mailbox.id)).toBe(true)
  expect(await engine.sql.first(sql`select count(*) as count from mail_item_origin where left_at > 0`)).toEqual({
    count: 600,
  })
})
