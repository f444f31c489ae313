import { expect, test } from 'vitest'
import {
  anotherNode,
  appendMessages,
  flags,
  folderIdOf,
  simpleMessage,
  openMailStore,
} from '../../../test/support/mail-store.ts'
import type { MailboxId, Uid } from '../../core/ids.ts'
import type { Mailbox } from './types.ts'

const rowsIn = async (stage: Awaited<ReturnType<typeof openMailStore>>, table: string) =>
  (await stage.engine.sql.first<{ count: number }>({ parts: [`select count(*) as count from ${table}`], args: [] }))!
    .count

test('what was taken back opens nothing any more', async () => {
  const stage = await openMailStore()
  const revocation = new AbortController()
  const mailbox = await stage.mailbox(1, revocation.signal)
  const folder = await folderIdOf(mailbox, 'INBOX')
  const uids = await appendMessages(mailbox, folder, 1)
  const [message] = await mailbox.messages(folder, uids)
  let woken = 0
  mailbox.watch(() => woken++)
  revocation.abort()
  const verbs: (() => Promise<unknown>)[] = [
    () => mailbox.folders(),
    () => mailbox.folder('INBOX'),
    () => mailbox.createFolder('a'),
    () => mailbox.deleteFolder(folder),
    () => mailbox.renameFolder(folder, 'a'),
    () => mailbox.subscriptions(),
    () => mailbox.setSubscribed('a', true),
    () => mailbox.open(folder),
    () => mailbox.messages(folder, uids),
    () => mailbox.content(message!.blob),
    () => mailbox.search(folder, { key: 'all' }),
    () => mailbox.append(folder, [{ bytes: simpleMessage('x'), flags: flags() }]),
    () => mailbox.store(folder, uids, { mode: 'add', flags: flags(1) }),
    () => mailbox.copy(folder, uids, folder),
    () => mailbox.move(folder, uids, folder),
    () => mailbox.expunge(folder),
    () => mailbox.remove(folder, uids),
    () => mailbox.lockMaildrop(),
    async () => mailbox.watch(() => {}),
  ]
  for (const verb of verbs) await expect(verb()).rejects.toMatchObject({ reason: 'gone' })
  expect(mailbox.revoked.aborted).toBe(true)
  const other = await stage.mailbox()
  await appendMessages(other, folder, 1)
  expect(woken).toBe(0)
})

test('a write that waits in the queue is refused when the mailbox is taken back meanwhile', async () => {
  const stage = await openMailStore()
  const revocation = new AbortController()
  const mailbox = await stage.mailbox(1, revocation.signal)
  const writing = mailbox.createFolder('a')
  revocation.abort()
  await expect(writing).rejects.toMatchObject({ reason: 'gone' })
  expect(await (await stage.mailbox()).folder('a')).toBeUndefined()
})

test('a maildrop is locked by one at a time', async () => {
  const stage = await openMailStore()
  const [first, second, other] = [await stage.mailbox(1), await stage.mailbox(1), await stage.mailbox(2)]
  const lock = await first.lockMaildrop()
  expect(lock).toBeDefined()
  expect(await second.lockMaildrop()).toBeUndefined()
  expect(await other.lockMaildrop()).toBeDefined()
  lock!.release()
  const again = await second.lockMaildrop()
  expect(again).toBeDefined()
  lock!.release()
  expect(await first.lockMaildrop()).toBeUndefined()
})

test('what a deleted folder held is cleared away behind, but for what has a copy elsewhere', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const { id } = await mailbox.createFolder('a')
  const uids = await appendMessages(mailbox, id, 1200, flags(0, 'key'))
  await mailbox.copy(id, uids.slice(0, 10), id)
  const { to } = await mailbox.copy(id, uids.slice(0, 5), await folderIdOf(mailbox, 'INBOX'))
  await mailbox.deleteFolder(id)
  await stage.store.settled()
  expect(await rowsIn(stage, 'mail_state')).toBe(5)
  expect(await rowsIn(stage, 'mail_message')).toBe(5)
  expect(await rowsIn(stage, 'mail_keyword')).toBe(1)
  expect(await rowsIn(stage, 'mail_litter')).toBe(0)
  expect(await mailbox.messages(await folderIdOf(mailbox, 'INBOX'), to)).toHaveLength(5)
})

test('what was not cleared away before a restart is cleared away after it', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const { id } = await mailbox.createFolder('a')
  await appendMessages(mailbox, id, 700)
  await Promise.all([mailbox.deleteFolder(id), stage.engine.close()])
  const again = await openMailStore({ dir: stage.dir })
  await again.mailbox()
  await again.store.settled()
  expect(await rowsIn(again, 'mail_state')).toBe(0)
  expect(await rowsIn(again, 'mail_message')).toBe(0)
})

test('an erased mailbox leaves nothing, and open folders end', async () => {
  const stage = await openMailStore()
  const [mailbox, other] = [await stage.mailbox(1), await stage.mailbox(2)]
  const folder = await folderIdOf(mailbox, 'INBOX')
  await appendMessages(mailbox, folder, 3)
  await appendMessages(other, await folderIdOf(other, 'INBOX'), 2)
  const { index } = await mailbox.open(folder)
  const heard: string[] = []
  index.watch(({ kind }) => heard.push(kind))
  await stage.store.erase(1 as MailboxId)
  await stage.store.settled()
  expect(heard).toEqual(['gone'])
  await expect(appendMessages(mailbox, folder, 1)).rejects.toMatchObject({ reason: 'no-such-thing' })
  await expect(mailbox.createFolder('a')).rejects.toMatchObject({ reason: 'gone' })
  expect(await mailbox.folders()).toEqual([])
  expect(await rowsIn(stage, 'mail_state')).toBe(2)
  expect(await rowsIn(stage, 'mail_message')).toBe(2)
  expect(await rowsIn(stage, 'mail_mailbox')).toBe(1)
  expect(await other.folder('INBOX')).toMatchObject({ count: 2 })
})

test('after an unclean stop numbers jump ahead, so that none is given twice', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  await appendMessages(mailbox, folder, 1)
  const before = (await mailbox.folder('INBOX'))!
  const { engine } = stage
  const store = anotherNode({ ...engine, unclean: true })
  const reopened = await store.open(mailbox.id, new AbortController().signal)
  const [uid] = await appendMessages(reopened, folder, 1)
  expect(uid).toBeGreaterThan(before.uidNext + 1000)
  expect((await reopened.folder('INBOX'))!.highestModSeq).toBeGreaterThan(before.highestModSeq + 1000)
})

test('after a clean stop numbers go on', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  await appendMessages(mailbox, await folderIdOf(mailbox, 'INBOX'), 1)
  const before = await mailbox.folder('INBOX')
  await stage.close()
  const again = await (await openMailStore({ dir: stage.dir })).mailbox()
  expect(await again.folder('INBOX')).toEqual(before)
})

const everyUid = async (mailbox: Mailbox): Promise<Uid[]> => {
  const { index } = await mailbox.open(await folderIdOf(mailbox, 'INBOX'))
  return Array.from({ length: index.count }, (_, position) => index.uidAt(position))
}

test('indexes and rows agree after many writers at once', async () => {
  const stage = await openMailStore()
  const handles = await Promise.all(Array.from({ length: 4 }, () => stage.mailbox()))
  const folder = await folderIdOf(handles[0]!, 'INBOX')
  await appendMessages(handles[0]!, folder, 50)
  const { index } = await handles[0]!.open(folder)
  await Promise.all(
    handles.flatMap((mailbox, who) =>
      Array.from({ length: 30 }, async (_, n) => {
        const uids = [((n * 7 + who) % 60) + 1] as Uid[]
        if (n % 3 === 0) await mailbox.append(folder, [{ bytes: simpleMessage(`${who} ${n}`), flags: flags() }])
        else if (n % 3 === 1) await mailbox.store(folder, uids, { mode: 'add', flags: flags(1, `k${who}`) })
        else await mailbox.remove(folder, uids)
      }),
    ),
  )
  const folderNow = (await handles[0]!.folder('INBOX'))!
  expect(index.count).toBe(folderNow.count)
  expect(index.highestModSeq).toBe(folderNow.highestModSeq)
  await stage.close()
  const again = await openMailStore({ dir: stage.dir })
  expect(await everyUid(await again.mailbox())).toEqual(
    Array.from({ length: index.count }, (_, position) => index.uidAt(position)),
  )
})
