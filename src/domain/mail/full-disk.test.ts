import { expect, test } from 'vitest'
import { TestDisk } from '../../../test/support/disk.ts'
import {
  appendMessages,
  findingsOf,
  flags,
  folderIdOf,
  indexContents,
  openMailStore,
  simpleMessage,
} from '../../../test/support/mail-store.ts'

async function stageOf(count: number) {
  const disk = new TestDisk()
  const stage = await openMailStore({ disk, segment: 20_000 })
  const mailbox = await stage.mailbox()
  const inbox = await folderIdOf(mailbox, 'Inbox')
  const uids = await appendMessages(mailbox, inbox, count)
  return { disk, stage, mailbox, inbox, uids }
}

const noRoom = { reason: 'no-room' }

test('what there is no room for is refused whole, whatever room is left, and nothing is half there', async () => {
  const { disk, stage, mailbox, inbox, uids } = await stageOf(20)
  for (const room of [0, 1, 17, 100, 4000]) {
    disk.leave(room)
    const large = { bytes: simpleMessage('large', 'x'.repeat(8000)), flags: flags() }
    await expect(mailbox.append(inbox, [large, large])).rejects.toMatchObject(noRoom)
  }
  disk.leave(0)
  await expect(mailbox.store(inbox, uids, { mode: 'add', flags: flags(1) })).rejects.toMatchObject(noRoom)
  await expect(mailbox.remove(inbox, uids)).rejects.toMatchObject(noRoom)
  await expect(mailbox.createFolder('Another')).rejects.toMatchObject(noRoom)
  expect(await findingsOf(stage.engine)).toEqual([])
  const open = await mailbox.open(inbox)
  expect(indexContents(open.index)).toHaveLength(20)
  open.close()

  disk.leave(Infinity)
  const { uids: more } = await mailbox.append(inbox, [{ bytes: simpleMessage('more'), flags: flags() }])
  const [message] = await mailbox.messages(inbox, more)
  expect(await mailbox.content(message!.blob)).toEqual(simpleMessage('more'))
  expect((await findingsOf(stage.engine)).filter(({ kind }) => kind !== 'unused')).toEqual([])
})

test('a search needs no room for the texts that it looks through, and keeps them when there is some', async () => {
  const { disk, stage, mailbox, inbox, uids } = await stageOf(200)
  disk.leave(0)
  for (let times = 0; times < 2; times += 1) {
    expect(await mailbox.search(inbox, { key: 'body', text: 'hello' })).toEqual(uids)
    expect(await mailbox.search(inbox, { key: 'header', name: 'Subject', text: 'message 17' })).toEqual(
      uids.filter((_, nth) => `message ${nth}`.includes('message 17')),
    )
  }
  disk.leave(Infinity)
  const more = await appendMessages(mailbox, inbox, 100)
  expect(await mailbox.search(inbox, { key: 'body', text: 'hello' })).toEqual([...uids, ...more])
  expect((await findingsOf(stage.engine)).filter(({ kind }) => kind !== 'unused')).toEqual([])
})

test('a delivery to several mailboxes is refused for all of them', async () => {
  const { disk, stage, mailbox, inbox } = await stageOf(1)
  const other = await stage.mailbox(2)
  const message = { bytes: simpleMessage('to both'), flags: flags() }
  const deliveries = [mailbox, other].map(({ id }) => ({ mailbox: id, to: 'inbox' as const, message }))
  disk.leave(0)
  await expect(stage.store.deliver(deliveries, other.revoked)).rejects.toMatchObject(noRoom)
  disk.leave(Infinity)
  await stage.store.deliver(deliveries, other.revoked)
  expect((await mailbox.folder('Inbox'))!.count).toBe(2)
  expect((await other.folder('Inbox'))!.count).toBe(1)
  expect(inbox).toBe((await mailbox.folder('Inbox'))!.id)
})
