import { expect, test } from 'vitest'
import {
  indexContents,
  appendMessages,
  flags,
  folderIdOf,
  simpleMessage,
  openMailStore,
} from '../../../test/support/mail-store.ts'
import type { Uid } from '../../core/ids.ts'
import type { Change } from './types.ts'

const next = { bytes: simpleMessage('Next'), flags: flags(1) }

async function inboxOf(count: number) {
  const mailbox = await (await openMailStore()).mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  await appendMessages(mailbox, folder, count)
  const { index } = await mailbox.open(folder)
  return { mailbox, folder, index }
}

test('one comes as another goes, in one step', async () => {
  const { mailbox, folder, index } = await inboxOf(3)
  const heard: Change[] = []
  index.watch((change) => heard.push(change))
  const { uids } = await mailbox.append(folder, [next], { folder, uid: 2 as Uid })
  expect(uids).toEqual([4])
  expect(indexContents(index).map(({ uid }) => uid)).toEqual([1, 3, 4])
  expect(heard.map(({ kind, modSeq }) => [kind, modSeq])).toEqual([
    ['added', index.highestModSeq],
    ['expunged', index.highestModSeq],
  ])
  expect(await mailbox.folder('INBOX')).toMatchObject({ count: 3, unseen: 2, uidNext: 5 })
})

test('one may come elsewhere', async () => {
  const { mailbox, folder, index } = await inboxOf(1)
  const drafts = await folderIdOf(mailbox, 'Drafts')
  await mailbox.append(drafts, [next], { folder, uid: 1 as Uid })
  expect(index.count).toBe(0)
  expect(await mailbox.folder('Drafts')).toMatchObject({ count: 1 })
})

test('nothing comes when there is nothing to go', async () => {
  const { mailbox, folder, index } = await inboxOf(1)
  const replacing = mailbox.append(folder, [next], { folder, uid: 9 as Uid })
  await expect(replacing).rejects.toThrow(expect.objectContaining({ reason: 'gone' }))
  expect(index.count).toBe(1)
  expect(await mailbox.folder('INBOX')).toMatchObject({ count: 1, uidNext: 2 })
})
