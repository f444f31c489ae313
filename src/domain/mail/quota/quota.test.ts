import { expect, test } from 'vitest'
import { flags, folderIdOf, simpleMessage, openMailStore } from '../../../../test/support/mail-store.ts'
import type { MailboxId } from '../../../core/ids.ts'
import { DELETED } from '../types.ts'

const bytes = simpleMessage('x')
const one = { bytes, flags: flags() }

async function inbox(limits: { mailboxOctets?: number; mailboxMessages?: number } = {}) {
  const stage = await openMailStore({ limits })
  const mailbox = await stage.mailbox()
  return { stage, mailbox, folder: await folderIdOf(mailbox, 'INBOX'), archive: await folderIdOf(mailbox, 'Archive') }
}

test('what is used is counted over all folders', async () => {
  const { mailbox, folder, archive } = await inbox()
  const { uids } = await mailbox.append(folder, [one, one])
  await mailbox.copy(folder, uids, archive)
  expect(await mailbox.quota()).toEqual({
    used: { octets: 4 * bytes.length, messages: 4 },
    limits: { octets: undefined, messages: undefined },
  })
})

test('a mailbox takes what there is room for, and no more', async () => {
  const { mailbox, folder, archive } = await inbox({ mailboxOctets: 3 * bytes.length })
  const { uids } = await mailbox.append(folder, [one, one])
  await expect(mailbox.append(folder, [one, one])).rejects.toMatchObject({ reason: 'over-quota' })
  await expect(mailbox.copy(folder, uids, archive)).rejects.toMatchObject({ reason: 'over-quota' })
  await mailbox.append(folder, [one])
  // To move takes no room, and to remove gives some.
  await mailbox.move(folder, uids, archive)
  await mailbox.remove(archive, [1 as never])
  await mailbox.append(folder, [one])
  expect((await mailbox.quota()).used.messages).toBe(3)
})

test('what is replaced makes room', async () => {
  const { mailbox, folder } = await inbox({ mailboxMessages: 1 })
  const { uids } = await mailbox.append(folder, [one])
  await mailbox.append(folder, [one], { folder, uid: uids[0]! })
  expect((await mailbox.quota()).used.messages).toBe(1)
})

test('messages are counted too, and a mailbox may have a limit of its own', async () => {
  const { stage, mailbox, folder } = await inbox({ mailboxMessages: 1 })
  await mailbox.append(folder, [one])
  await expect(mailbox.append(folder, [one])).rejects.toMatchObject({ reason: 'over-quota' })
  await stage.store.setQuota(mailbox.id, { octets: undefined, messages: 2 })
  await mailbox.append(folder, [one])
  expect((await mailbox.quota()).limits).toEqual({ octets: undefined, messages: 2 })
  await stage.store.setQuota(mailbox.id, { octets: undefined, messages: undefined })
  expect((await mailbox.quota()).limits).toEqual({ octets: undefined, messages: 1 })
})

test('a delivery into a full mailbox is refused whole', async () => {
  const { stage, mailbox } = await inbox({ mailboxMessages: 1 })
  const other = await stage.mailbox(2)
  const deliver = (...ids: number[]) =>
    stage.store.deliver(
      ids.map((id) => ({ mailbox: id as MailboxId, to: 'inbox' as const, message: one })),
      new AbortController().signal,
    )
  await deliver(1)
  await expect(deliver(2, 1)).rejects.toMatchObject({ reason: 'over-quota' })
  expect((await other.quota()).used.messages).toBe(0)
  expect((await mailbox.quota()).used.messages).toBe(1)
})

test('what an expunge would give back', async () => {
  const { mailbox, folder } = await inbox()
  await mailbox.append(folder, [one, { bytes, flags: flags(DELETED) }])
  expect(await mailbox.deletedOctets(folder)).toBe(bytes.length)
})

test('the limits of many mailboxes are told at once', async () => {
  const { stage, mailbox } = await inbox({ mailboxOctets: 10 })
  await stage.store.setQuota(mailbox.id, { octets: 20, messages: 2 })
  expect([...(await stage.store.quotaLimits([mailbox.id, 7 as MailboxId]))]).toEqual([
    [mailbox.id, { octets: 20, messages: 2 }],
    [7, { octets: 10, messages: undefined }],
  ])
})
