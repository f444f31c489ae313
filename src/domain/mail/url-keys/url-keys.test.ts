import { expect, test } from 'vitest'
import { folderIdOf, openMailStore } from '../../../../test/support/mail-store.ts'
import { sql } from '../../../storage/engine.ts'

test('a folder has one key once it was asked for, and no other folder has the same', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const [archive, drafts] = [await folderIdOf(mailbox, 'Archive'), await folderIdOf(mailbox, 'Drafts')]
  expect(await mailbox.urlKey(archive)).toBeUndefined()
  const [key, again] = await Promise.all([mailbox.makeUrlKey(archive), mailbox.makeUrlKey(archive)])
  expect(key).toHaveLength(32)
  expect(again).toEqual(key)
  expect(await mailbox.urlKey(archive)).toEqual(key)
  expect(await mailbox.makeUrlKey(drafts)).not.toEqual(key)
})

test('a key that was reset is never the same again', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const [archive, drafts] = [await folderIdOf(mailbox, 'Archive'), await folderIdOf(mailbox, 'Drafts')]
  const [key, other] = [await mailbox.makeUrlKey(archive), await mailbox.makeUrlKey(drafts)]
  await mailbox.resetUrlKeys(archive)
  expect(await mailbox.urlKey(archive)).toBeUndefined()
  expect(await mailbox.urlKey(drafts)).toEqual(other)
  expect(await mailbox.makeUrlKey(archive)).not.toEqual(key)
  await mailbox.resetUrlKeys(undefined)
  expect([await mailbox.urlKey(archive), await mailbox.urlKey(drafts)]).toEqual([undefined, undefined])
})

test('a key goes with its folder, and with its mailbox', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const archive = await folderIdOf(mailbox, 'Archive')
  await mailbox.makeUrlKey(archive)
  await mailbox.makeUrlKey(await folderIdOf(mailbox, 'Drafts'))
  await mailbox.deleteFolder(archive)
  const rows = () => stage.engine.sql.all(sql`select folder from mail_url_key`)
  expect(await rows()).toHaveLength(1)
  await expect(mailbox.makeUrlKey(archive)).rejects.toMatchObject({ reason: 'no-such-thing' })
  await stage.store.erase(mailbox.id)
  expect(await rows()).toEqual([])
})

test('the key of another mailbox is out of reach', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const archive = await folderIdOf(mailbox, 'Archive')
  const key = await mailbox.makeUrlKey(archive)
  const other = await stage.mailbox(2)
  expect(await other.urlKey(archive)).toBeUndefined()
  await expect(other.makeUrlKey(archive)).rejects.toMatchObject({ reason: 'no-such-thing' })
  await expect(other.resetUrlKeys(archive)).rejects.toMatchObject({ reason: 'no-such-thing' })
  await other.resetUrlKeys(undefined)
  expect(await mailbox.urlKey(archive)).toEqual(key)
})
