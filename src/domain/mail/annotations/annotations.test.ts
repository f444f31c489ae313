import { expect, test } from 'vitest'
import { folderIdOf, openMailStore } from '../../../../test/support/mail-store.ts'
import { sql } from '../../../storage/engine.ts'

async function archive() {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  return { stage, mailbox, folder: await folderIdOf(mailbox, 'Archive') }
}

const value = (text: string): Buffer => Buffer.from(text)

test('what is noted comes back, in the order of the names', async () => {
  const { mailbox, folder } = await archive()
  await mailbox.annotate(folder, [
    { entry: '/shared/comment', value: value('b') },
    { entry: '/private/comment', value: value('a') },
  ])
  expect(await mailbox.annotations(folder)).toEqual([
    { entry: '/private/comment', value: value('a') },
    { entry: '/shared/comment', value: value('b') },
  ])
  expect(await mailbox.annotations(undefined)).toEqual([])
  await mailbox.annotate(folder, [
    { entry: '/shared/comment', value: undefined },
    { entry: '/private/comment', value: value('c') },
  ])
  expect(await mailbox.annotations(folder)).toEqual([{ entry: '/private/comment', value: value('c') }])
})

test('all is noted or nothing, and no more than there is room for', async () => {
  const { mailbox, folder } = await archive()
  const many = Array.from({ length: 101 }, (_, nth) => ({ entry: `/shared/${nth}`, value: value('x') }))
  await expect(mailbox.annotate(folder, many)).rejects.toMatchObject({ detail: { code: 'METADATA TOOMANY' } })
  expect(await mailbox.annotations(folder)).toEqual([])
  const long = [{ entry: '/shared/x', value: Buffer.alloc(65_537) }]
  await expect(mailbox.annotate(folder, long)).rejects.toMatchObject({ detail: { code: 'METADATA MAXSIZE 65536' } })
  const large = Array.from({ length: 17 }, (_, nth) => ({ entry: `/shared/${nth}`, value: Buffer.alloc(65_536) }))
  await expect(mailbox.annotate(folder, large)).rejects.toMatchObject({ reason: 'over-quota' })
})

test('what was noted of a folder of another mailbox is out of reach', async () => {
  const { stage, folder } = await archive()
  const other = await stage.mailbox(2)
  await expect(other.annotate(folder, [{ entry: '/shared/x', value: value('x') }])).rejects.toMatchObject({
    reason: 'no-such-thing',
  })
  expect(await other.annotations(folder)).toEqual([])
})

test('notes go with their folder, and with the mailbox', async () => {
  const { stage, mailbox, folder } = await archive()
  await mailbox.annotate(folder, [{ entry: '/shared/x', value: value('x') }])
  await mailbox.annotate(undefined, [{ entry: '/private/x', value: value('x') }])
  await mailbox.deleteFolder(folder)
  const left = () => stage.engine.sql.all(sql`select entry from mail_annotation`)
  expect(await left()).toEqual([{ entry: '/private/x' }])
  await stage.store.erase(mailbox.id)
  expect(await left()).toEqual([])
})

test('annotations count in the quota, and a full mailbox takes no more of them', async () => {
  const { stage, mailbox, folder } = await archive()
  await stage.store.setQuota(mailbox.id, { octets: 100, messages: undefined })
  await mailbox.annotate(folder, [{ entry: '/shared/x', value: Buffer.alloc(80) }])
  expect(await mailbox.quota()).toMatchObject({ used: { octets: 80, messages: 0 } })
  const more = mailbox.annotate(folder, [{ entry: '/shared/y', value: Buffer.alloc(21) }])
  await expect(more).rejects.toMatchObject({ reason: 'over-quota' })
  await mailbox.annotate(folder, [{ entry: '/shared/x', value: undefined }])
  expect(await mailbox.quota()).toMatchObject({ used: { octets: 0 } })
})
