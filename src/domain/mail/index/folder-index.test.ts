import { expect, test, vi } from 'vitest'
import {
  indexContents,
  appendMessages,
  flags,
  folderIdOf,
  simpleMessage,
  openMailStore,
} from '../../../../test/support/mail-store.ts'
import { watchIndex } from '../../../../test/support/watched-index.ts'
import { TestWorld } from '../../../../test/support/world.ts'
import { DAY } from '../../../core/time.ts'
import type { FolderId, Uid } from '../../../core/ids.ts'
import { FLAGGED, SEEN } from '../types.ts'

test('positions, ranks and UIDs', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  await appendMessages(mailbox, folder, 10)
  await mailbox.remove(folder, [1, 5, 6, 10] as Uid[])
  const { index } = await mailbox.open(folder)
  expect(indexContents(index).map(({ uid }) => uid)).toEqual([2, 3, 4, 7, 8, 9])
  const asked = [1, 2, 4, 5, 6, 7, 9, 10, 4_294_967_295] as Uid[]
  expect(asked.map((uid) => index.rank(uid))).toEqual([0, 0, 2, 3, 3, 3, 5, 6, 6])
  expect(asked.map((uid) => index.positionOf(uid))).toEqual([-1, 0, 2, -1, -1, 3, 5, -1, -1])
  expect(index).toMatchObject({ folder, count: 6, uidNext: 11 })
})

test('equal flags are the same object', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  await appendMessages(mailbox, folder, 2, flags(SEEN, 'a'))
  const { index } = await mailbox.open(folder)
  await appendMessages(mailbox, folder, 1, flags(SEEN, 'A'))
  expect(index.flagsAt(0)).toBe(index.flagsAt(1))
  expect(index.flagsAt(0)).toBe(index.flagsAt(2))
})

test('two handles hear of each other, in order, before the write is answered', async () => {
  const stage = await openMailStore()
  const [ada, bob] = [await stage.mailbox(), await stage.mailbox()]
  const folder = await folderIdOf(ada, 'INBOX')
  const opened = await bob.open(folder)
  const seen = watchIndex(opened.index)
  await appendMessages(ada, folder, 3)
  expect(seen.uids).toEqual([1, 2, 3])
  await bob.store(folder, [2] as Uid[], { mode: 'add', flags: flags(SEEN) })
  await ada.remove(folder, [1] as Uid[])
  await appendMessages(bob, folder, 1)
  expect(seen.uids).toEqual([2, 3, 4])
  expect(seen.changes.map(({ kind }) => kind)).toEqual(['added', 'changed', 'expunged', 'added'])
  const modSeqs = seen.changes.map(({ modSeq }) => modSeq)
  expect(modSeqs).toEqual(modSeqs.toSorted((a, b) => a - b))
  expect((await ada.open(folder)).index).toBe(opened.index)
})

test('an index that is up to date takes in what is written without a look at the journal', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const { index } = await mailbox.open(folder)
  const looks = vi.spyOn(stage.engine.sql, 'all')
  await appendMessages(mailbox, folder, 3)
  const { modSeq } = await mailbox.store(folder, [2 as Uid], { mode: 'add', flags: flags(SEEN) })
  expect(indexContents(index)).toMatchObject([{ uid: 1 }, { uid: 2, flags: flags(SEEN), modSeq }, { uid: 3 }])
  expect(looks).not.toHaveBeenCalled()
})

test('a folder that is loaded while others write is whole', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  await appendMessages(mailbox, folder, 2000)
  const writing = Promise.all([
    ...Array.from({ length: 50 }, () => mailbox.append(folder, [{ bytes: simpleMessage('new'), flags: flags() }])),
    mailbox.remove(folder, [5, 1999] as Uid[]),
    mailbox.store(folder, [7] as Uid[], { mode: 'add', flags: flags(FLAGGED) }),
  ])
  const opened = await Promise.all(Array.from({ length: 10 }, () => mailbox.open(folder)))
  expect(new Set(opened.map(({ index }) => index)).size).toBe(1)
  const { index } = opened[0]!
  const seen = watchIndex(index)
  await writing
  expect(seen.uids).toHaveLength(2048)
  for (const each of opened) each.close()
  await stage.close()
  const fresh = await openMailStore({ dir: stage.dir })
  const again = await (await fresh.mailbox()).open(folder)
  expect(indexContents(again.index)).toEqual(indexContents(index))
})

test('an index that nobody has open is kept for a while, and is up to date when it is opened again', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const first = await mailbox.open(folder)
  first.close()
  first.close()
  await appendMessages(mailbox, folder, 2)
  const second = await mailbox.open(folder)
  expect(second.index).toBe(first.index)
  expect(second.index.count).toBe(2)
})

test('the longest idle index goes when memory is short', async () => {
  const mailbox = await (await openMailStore({ limits: { idleIndexOctets: 10_000 } })).mailbox()
  const folders = (await mailbox.folders()).map(({ id }) => id)
  const opened = await Promise.all(folders.map((folder) => mailbox.open(folder)))
  for (const each of opened) each.close()
  const again = await Promise.all(folders.map((folder) => mailbox.open(folder)))
  const kept = again.map(({ index }, nth) => index === opened[nth]!.index)
  expect(kept).toEqual([false, false, false, true, true, true])
})

test('an open index stays, however short memory is', async () => {
  const mailbox = await (await openMailStore({ limits: { idleIndexOctets: 0 } })).mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const first = await mailbox.open(folder)
  const second = await mailbox.open(folder)
  first.close()
  await appendMessages(mailbox, folder, 1)
  expect(second.index.count).toBe(1)
  expect((await mailbox.open(folder)).index).toBe(second.index)
})

test('a folder that is deleted while it is open tells so, last of all', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  const { id } = await mailbox.createFolder('a')
  await appendMessages(mailbox, id, 2)
  const opened = await mailbox.open(id)
  const seen = watchIndex(opened.index)
  await mailbox.deleteFolder(id)
  expect(seen.changes.map(({ kind }) => kind)).toEqual(['gone'])
  expect(await mailbox.messages(id, [1, 2] as Uid[])).toEqual([])
  await expect(mailbox.open(id)).rejects.toMatchObject({ reason: 'no-such-thing' })
  await expect(appendMessages(mailbox, id, 1)).rejects.toMatchObject({ reason: 'no-such-thing' })
  opened.close()
})

test('a watcher that fails does not keep the news from the others', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const { index } = await mailbox.open(folder)
  index.watch(() => {
    throw new Error('a bug')
  })
  const seen = watchIndex(index)
  await appendMessages(mailbox, folder, 1)
  expect(seen.uids).toEqual([1])
})

test('a watcher that was stopped hears no more, and no other stops with it', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const { index } = await mailbox.open(folder)
  let heard = 0
  const listen = () => heard++
  const stop = index.watch(listen)
  index.watch(listen)
  await appendMessages(mailbox, folder, 1)
  stop()
  await appendMessages(mailbox, folder, 1)
  expect(heard).toBe(3)
})

test('who lost the end of the journal takes a full look, and hears the difference', async () => {
  const stage = await openMailStore({ limits: { journalSteps: 10 } })
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  await appendMessages(mailbox, folder, 4)
  const idle = await mailbox.open(folder)
  idle.close()
  await mailbox.remove(folder, [2] as Uid[])
  await mailbox.store(folder, [3] as Uid[], { mode: 'add', flags: flags(SEEN) })
  for (let n = 0; n < 200; n++) await mailbox.setSubscribed('x', n % 2 === 0)
  await appendMessages(mailbox, folder, 1)
  const seen = watchIndex(idle.index)
  const again = await mailbox.open(folder)
  expect(again.index).toBe(idle.index)
  expect(seen.uids).toEqual([1, 3, 4, 5])
  expect(seen.changes.map(({ kind, ...rest }) => [kind, 'uids' in rest && rest.uids])).toEqual([
    ['expunged', [2]],
    ['changed', [3]],
    ['added', [5]],
  ])
  expect(again.index.flagsAt(1)).toEqual(flags(SEEN))
  expect(again.index.highestModSeq).toBe((await mailbox.folder('INBOX'))!.highestModSeq)
  const lines = await stage.engine.sql.first({ parts: ['select count(*) as count from mail_journal'], args: [] })
  expect(lines!['count']).toBeLessThan(100)
})

test('the journal forgets what is too old', async () => {
  const world = new TestWorld()
  const stage = await openMailStore({ world })
  const mailbox = await stage.mailbox()
  for (let n = 0; n < 100; n++) await mailbox.setSubscribed('x', n % 2 === 0)
  world.advance(31 * DAY)
  for (let n = 0; n < 64; n++) await mailbox.setSubscribed('x', n % 2 === 0)
  const oldest = await stage.engine.sql.first({ parts: ['select min(at) as at from mail_journal'], args: [] })
  expect(oldest).toEqual({ at: world.now() })
})

test('long journal lines take so much room and no more', async () => {
  const stage = await openMailStore({ limits: { journalBulk: 50_000 } })
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const uids = await appendMessages(mailbox, folder, 2000)
  const odd = uids.filter((uid) => uid % 2 === 1)
  const { index } = await mailbox.open(folder)
  const seen = watchIndex(index)
  for (let n = 0; n < 40; n++) {
    await mailbox.store(folder, odd, { mode: n % 2 ? 'remove' : 'add', flags: flags(SEEN) })
  }
  const kept = await stage.engine.sql.first<{ length: number; bulk: number }>({
    parts: ['select sum(length(what)) as length, (select journal_bulk from mail_mailbox) as bulk from mail_journal'],
    args: [],
  })
  expect(kept!.length).toBeLessThan(51_000)
  expect(kept!.bulk).toBeLessThanOrEqual(50_000)
  expect(kept!.length - kept!.bulk).toBeLessThan(1000)
  expect(seen.changes).toHaveLength(40)
})

test('recent messages belong to one session, also after a restart', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  await appendMessages(mailbox, folder, 3)
  const { index } = await mailbox.open(folder)
  expect([index.firstRecent(false), index.firstRecent(true), index.firstRecent(true)]).toEqual([1, 1, 4])
  await appendMessages(mailbox, folder, 1)
  expect([index.firstRecent(false), index.firstRecent(false)]).toEqual([4, 4])
  await stage.close()
  const again = await openMailStore({ dir: stage.dir })
  const reopened = await (await again.mailbox()).open(folder)
  expect([reopened.index.firstRecent(true), reopened.index.firstRecent(true)]).toEqual([4, 5])
})

test('recent messages belong to one session, also when the index is read again at once', async () => {
  const stage = await openMailStore({ limits: { idleIndexOctets: 0 } })
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const marks = async () => {
    const open = await mailbox.open(folder)
    const mark = open.index.firstRecent(true)
    open.close()
    return mark
  }
  await appendMessages(mailbox, folder, 3)
  expect([await marks(), await marks()]).toEqual([1, 4])
  const settled = stage.store.settled()
  expect(await marks()).toBe(4)
  await settled
  expect(await marks()).toBe(4)
})

test('a folder of another mailbox is out of reach', async () => {
  const stage = await openMailStore()
  const [ada, bob] = [await stage.mailbox(1), await stage.mailbox(2)]
  const [mine, theirs] = [await folderIdOf(ada, 'INBOX'), await folderIdOf(bob, 'INBOX')]
  await appendMessages(bob, theirs, 1)
  const one = [1] as Uid[]
  const tries: ((folder: FolderId) => Promise<unknown>)[] = [
    (folder) => ada.open(folder),
    (folder) => ada.search(folder, { key: 'all' }),
    (folder) => appendMessages(ada, folder, 1),
    (folder) => ada.store(folder, one, { mode: 'add', flags: flags(SEEN) }),
    (folder) => ada.copy(folder, one, mine),
    (folder) => ada.copy(mine, one, folder),
    (folder) => ada.move(folder, one, mine),
    (folder) => ada.move(mine, one, folder),
    (folder) => ada.expunge(folder),
    (folder) => ada.remove(folder, one),
    (folder) => ada.renameFolder(folder, 'stolen'),
    (folder) => ada.deleteFolder(folder),
  ]
  for (const attempt of tries) await expect(attempt(theirs)).rejects.toMatchObject({ reason: 'no-such-thing' })
  expect(await ada.messages(theirs, one)).toEqual([])
  expect(await bob.folder('INBOX')).toMatchObject({ count: 1, unseen: 1 })
})
