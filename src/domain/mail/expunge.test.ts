import { expect, test } from 'vitest'
import { indexContents, appendMessages, flags, folderIdOf, openMailStore } from '../../../test/support/mail-store.ts'
import type { FolderId, Uid } from '../../core/ids.ts'
import { DELETED } from './types.ts'

async function inboxOf(count: number, deleted: readonly number[]) {
  const mailbox = await (await openMailStore()).mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  await appendMessages(mailbox, folder, count)
  await mailbox.store(folder, deleted as Uid[], { mode: 'add', flags: flags(DELETED) })
  const { index } = await mailbox.open(folder)
  return { mailbox, folder, index }
}

test('those with \\Deleted go, and nothing else', async () => {
  const { mailbox, folder, index } = await inboxOf(5, [2, 4])
  const heard: unknown[] = []
  index.watch((change) => heard.push([change, index.count]))
  const { uids, modSeq } = await mailbox.expunge(folder)
  expect(uids).toEqual([2, 4])
  expect(heard).toEqual([[{ kind: 'expunged', modSeq, uids: [2, 4] }, 3]])
  expect(indexContents(index).map(({ uid }) => uid)).toEqual([1, 3, 5])
  expect(await mailbox.folder('INBOX')).toMatchObject({ count: 3, deleted: 0, uidNext: 6, highestModSeq: modSeq })
})

test('among given UIDs, only those with \\Deleted go', async () => {
  const { mailbox, folder, index } = await inboxOf(5, [2, 4])
  expect((await mailbox.expunge(folder, [1, 4, 5] as Uid[])).uids).toEqual([4])
  expect(index.count).toBe(4)
})

test('POP3 removes whatever the flags', async () => {
  const { mailbox, folder, index } = await inboxOf(5, [2])
  expect((await mailbox.remove(folder, [5, 1, 77] as Uid[])).uids).toEqual([1, 5])
  expect(indexContents(index).map(({ uid }) => uid)).toEqual([2, 3, 4])
})

test('nothing to remove changes nothing', async () => {
  const { mailbox, folder, index } = await inboxOf(2, [])
  const before = index.highestModSeq
  expect(await mailbox.expunge(folder)).toEqual({ uids: [], modSeq: before })
  expect(await mailbox.remove(folder, [])).toEqual({ uids: [], modSeq: before })
  expect((await mailbox.folder('INBOX'))!.highestModSeq).toBe(before)
  await expect(mailbox.expunge(99 as FolderId)).rejects.toMatchObject({ reason: 'no-such-thing' })
})

test('a UID is never used again', async () => {
  const { mailbox, folder } = await inboxOf(3, [3])
  await mailbox.expunge(folder)
  expect(await appendMessages(mailbox, folder, 1)).toEqual([4])
})
