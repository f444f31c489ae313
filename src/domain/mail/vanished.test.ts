import { expect, test } from 'vitest'
import { appendMessages, flags, folderIdOf, openMailStore } from '../../../test/support/mail-store.ts'
import type { ModSeq, Uid } from '../../core/ids.ts'
import type { MailLimits } from './limits.ts'
import { DELETED } from './types.ts'

async function inboxOf(count: number, limits: Partial<MailLimits> = {}) {
  const mailbox = await (await openMailStore({ limits })).mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  await appendMessages(mailbox, folder, count)
  const modSeq = async () => (await mailbox.folder('INBOX'))!.highestModSeq
  return { mailbox, folder, modSeq }
}

test('what went since a mark is told in ranges, whichever way it went', async () => {
  const { mailbox, folder, modSeq } = await inboxOf(9)
  await mailbox.remove(folder, [9] as Uid[])
  const mark = await modSeq()
  await mailbox.remove(folder, [2, 3] as Uid[])
  await mailbox.store(folder, [4] as Uid[], { mode: 'add', flags: flags(DELETED) })
  const between = await modSeq()
  await mailbox.expunge(folder)
  await mailbox.move(folder, [7] as Uid[], await folderIdOf(mailbox, 'Drafts'))
  expect(await mailbox.vanishedSince(folder, mark)).toEqual([
    [2, 4],
    [7, 7],
  ])
  expect(await mailbox.vanishedSince(folder, between)).toEqual([
    [4, 4],
    [7, 7],
  ])
  expect(await mailbox.vanishedSince(folder, await modSeq())).toEqual([])
})

test('other folders have nothing to do with it', async () => {
  const { mailbox, folder } = await inboxOf(3)
  await mailbox.remove(folder, [2] as Uid[])
  expect(await mailbox.vanishedSince(await folderIdOf(mailbox, 'Drafts'), 1 as ModSeq)).toEqual([])
})

test('a mark from before the journal gets every UID that no message has', async () => {
  const { mailbox, folder } = await inboxOf(6, { journalSteps: 1 })
  await mailbox.remove(folder, [1, 3, 6] as Uid[])
  for (let nth = 0; nth < 70; nth++) {
    await mailbox.store(folder, [2] as Uid[], { mode: nth % 2 ? 'remove' : 'add', flags: flags(1) })
  }
  expect(await mailbox.vanishedSince(folder, 1 as ModSeq)).toEqual([
    [1, 1],
    [3, 3],
    [6, 6],
  ])
})
