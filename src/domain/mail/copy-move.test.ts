import { expect, test } from 'vitest'
import {
  indexContents,
  appendMessages,
  flags,
  folderIdOf,
  simpleMessage,
  openMailStore,
} from '../../../test/support/mail-store.ts'
import { DAY } from '../../core/time.ts'
import type { FolderId, Uid } from '../../core/ids.ts'
import { FLAGGED, SEEN } from './types.ts'

async function stageWithThree() {
  const stage = await openMailStore({ limits: { keywordsPerFolder: 3 } })
  const mailbox = await stage.mailbox()
  const inbox = await folderIdOf(mailbox, 'INBOX')
  const archive = await folderIdOf(mailbox, 'Archive')
  const received = { at: DAY, zone: 120 }
  await mailbox.append(
    inbox,
    [flags(), flags(SEEN, 'Work'), flags(FLAGGED)].map((given, n) => ({
      bytes: simpleMessage(`Letter ${n}`),
      flags: given,
      received,
    })),
  )
  return { stage, mailbox, inbox, archive, uids: [1, 2, 3] as Uid[] }
}

test('a copy has its own UID and keeps flags, internal date, email id and bytes', async () => {
  const { mailbox, inbox, archive, uids } = await stageWithThree()
  await appendMessages(mailbox, archive, 4)
  const copied = await mailbox.copy(inbox, [3, 2, 17] as Uid[], archive)
  expect(copied).toMatchObject({ from: [2, 3], to: [5, 6] })
  expect(copied.uidValidity).toBe((await mailbox.folder('Archive'))!.uidValidity)
  const originals = await mailbox.messages(inbox, uids.slice(1))
  const copies = await mailbox.messages(archive, copied.to)
  expect(copies).toEqual(
    originals.map((original, at) => ({ ...original, uid: copied.to[at], savedAt: copies[at]!.savedAt })),
  )
  const { index } = await mailbox.open(archive)
  expect(
    indexContents(index)
      .slice(4)
      .map((message) => message.flags),
  ).toEqual([flags(SEEN, 'Work'), flags(FLAGGED)])
  expect(await mailbox.folder('INBOX')).toMatchObject({ count: 3, unseen: 2 })
  expect(await mailbox.folder('Archive')).toMatchObject({ count: 6, unseen: 5 })
})

test('a keyword takes the case that the target knows it in', async () => {
  const { mailbox, inbox, archive, uids } = await stageWithThree()
  await appendMessages(mailbox, archive, 1, flags(0, 'WORK'))
  await mailbox.copy(inbox, uids, archive)
  const { index } = await mailbox.open(archive)
  expect(index.keywords).toEqual(['WORK'])
})

test('a moved message is gone from where it was', async () => {
  const { mailbox, inbox, archive } = await stageWithThree()
  const [source, target] = [await mailbox.open(inbox), await mailbox.open(archive)]
  const heard: unknown[] = []
  source.index.watch((change) => heard.push(['source', change]))
  target.index.watch((change) => heard.push(['target', change]))
  const before = await mailbox.messages(inbox, [1, 3] as Uid[])
  const moved = await mailbox.move(inbox, [1, 3] as Uid[], archive)
  expect(moved).toMatchObject({ from: [1, 3], to: [1, 2] })
  const modSeq = target.index.highestModSeq
  expect(heard).toEqual([
    ['target', { kind: 'added', modSeq, uids: [1, 2] }],
    ['source', { kind: 'expunged', modSeq, uids: [1, 3] }],
  ])
  expect(await mailbox.messages(inbox, [1, 2, 3] as Uid[])).toHaveLength(1)
  const after = await mailbox.messages(archive, moved.to)
  expect(after.map(({ emailId }) => emailId)).toEqual(before.map(({ emailId }) => emailId))
  expect((await mailbox.content(after[1]!.blob)).equals(simpleMessage('Letter 2'))).toBe(true)
})

test('within one folder, a copy is a second message and a move gives new UIDs', async () => {
  const { mailbox, inbox } = await stageWithThree()
  expect(await mailbox.copy(inbox, [1] as Uid[], inbox)).toMatchObject({ from: [1], to: [4] })
  expect(await mailbox.move(inbox, [1, 2] as Uid[], inbox)).toMatchObject({ from: [1, 2], to: [5, 6] })
  const { index } = await mailbox.open(inbox)
  expect(indexContents(index).map(({ uid }) => uid)).toEqual([3, 4, 5, 6])
  expect(await mailbox.folder('INBOX')).toMatchObject({ count: 4 })
})

test('a copy outlives its original, and the last one takes the content along', async () => {
  const { stage, mailbox, inbox, archive } = await stageWithThree()
  const { to } = await mailbox.copy(inbox, [1] as Uid[], archive)
  await mailbox.remove(inbox, [1] as Uid[])
  const [kept] = await mailbox.messages(archive, to)
  expect((await mailbox.content(kept!.blob)).equals(simpleMessage('Letter 0'))).toBe(true)
  await mailbox.remove(archive, to)
  const count = await stage.engine.sql.first({ parts: ['select count(*) as count from mail_message'], args: [] })
  expect(count).toEqual({ count: 2 })
})

test('all or none: what does not fit leaves both folders as they were', async () => {
  const { mailbox, inbox, archive, uids } = await stageWithThree()
  await appendMessages(mailbox, archive, 1, flags(0, 'a', 'b', 'c'))
  await expect(mailbox.copy(inbox, uids, archive)).rejects.toMatchObject({ reason: 'over-quota' })
  await expect(mailbox.move(inbox, uids, archive)).rejects.toMatchObject({ reason: 'over-quota' })
  await expect(mailbox.move(inbox, uids, 99 as FolderId)).rejects.toMatchObject({ reason: 'no-such-thing' })
  await expect(mailbox.copy(99 as FolderId, uids, inbox)).rejects.toMatchObject({ reason: 'no-such-thing' })
  expect(await mailbox.folder('INBOX')).toMatchObject({ count: 3 })
  expect(await mailbox.folder('Archive')).toMatchObject({ count: 1, uidNext: 2 })
})

test('nothing to copy is not an error', async () => {
  const { mailbox, inbox, archive } = await stageWithThree()
  expect(await mailbox.copy(inbox, [40] as Uid[], archive)).toMatchObject({ from: [], to: [] })
  expect(await mailbox.move(inbox, [], archive)).toMatchObject({ from: [], to: [] })
  expect(await mailbox.folder('Archive')).toMatchObject({ uidNext: 1 })
})
