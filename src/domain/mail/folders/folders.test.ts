import { expect, test } from 'vitest'
import { indexContents, appendMessages, flags, folderIdOf, openMailStore } from '../../../../test/support/mail-store.ts'
import type { FolderId } from '../../../core/ids.ts'
import type { Mailbox } from '../types.ts'

const paths = async (mailbox: Mailbox) => (await mailbox.folders()).map(({ path }) => path).sort()
const wellKnown = ['Archive', 'Deleted Items', 'Drafts', 'Inbox', 'Junk Email', 'Sent Items']

test('a mailbox begins with its well-known folders, subscribed and with their uses', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  const folders = (await mailbox.folders()).toSorted((a, b) => a.id - b.id)
  expect(folders.map(({ path, specialUse }) => [path, specialUse])).toEqual([
    ['Inbox', undefined],
    ['Drafts', '\\Drafts'],
    ['Sent Items', '\\Sent'],
    ['Deleted Items', '\\Trash'],
    ['Junk Email', '\\Junk'],
    ['Archive', '\\Archive'],
  ])
  expect(folders.every(({ subscribed, count, hasChildren }) => subscribed && count === 0 && !hasChildren)).toBe(true)
  expect(await mailbox.subscriptions()).toEqual(wellKnown)
})

test('they are made once, however many open a mailbox at the same time', async () => {
  const stage = await openMailStore()
  await Promise.all(Array.from({ length: 10 }, () => stage.mailbox()))
  expect(await paths(await stage.mailbox())).toEqual(wellKnown)
})

test('one that was deleted does not come back', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  await mailbox.deleteFolder(await folderIdOf(mailbox, 'Archive'))
  expect(await paths(await stage.mailbox())).not.toContain('Archive')
})

test.each(['INBOX', 'inbox', 'iNbOx'])('%s is the inbox', async (name) => {
  const mailbox = await (await openMailStore()).mailbox()
  expect((await mailbox.folder(name))?.path).toBe('Inbox')
  expect((await mailbox.createFolder(`${name}/a`)).path).toBe('Inbox/a')
  await expect(mailbox.createFolder(name)).rejects.toMatchObject({ reason: 'already-exists' })
})

test('names are compared in one normal form, and otherwise by their letters', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  await mailbox.createFolder('Cafe\u0301')
  expect((await mailbox.folder('Caf\u00e9'))?.path).toBe('Caf\u00e9')
  expect(await mailbox.folder('CAF\u00c9')).toBeUndefined()
})

test('missing parents are made too, and have no use of their own', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  await mailbox.deleteFolder(await folderIdOf(mailbox, 'Archive'))
  await mailbox.createFolder('a/b/c', '\\Archive')
  const found = await Promise.all(['a', 'a/b', 'a/b/c'].map((path) => mailbox.folder(path)))
  expect(found.map((folder) => [folder?.specialUse, folder?.hasChildren, folder?.subscribed])).toEqual([
    [undefined, true, false],
    [undefined, true, false],
    ['\\Archive', false, false],
  ])
})

test('a use belongs to one folder', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  await expect(mailbox.createFolder('Rubbish', '\\Trash')).rejects.toMatchObject({
    reason: 'not-allowed',
    detail: { code: 'USEATTR' },
  })
})

test.each([
  ['an empty name', ''],
  ['an empty part', 'a//b'],
  ['a separator at the end', 'a/'],
  ['a separator at the start', '/a'],
  ['a control character', 'a\u0007b'],
  ['half a surrogate pair', 'a\ud800'],
  ['a name that is too long', 'x'.repeat(256)],
  ['a path that is too long', Array.from({ length: 20 }, () => 'x'.repeat(250)).join('/')],
  ['too many levels', Array.from({ length: 301 }, () => 'x').join('/')],
])('%s is no folder name', async (_, name) => {
  const mailbox = await (await openMailStore()).mailbox()
  await expect(mailbox.createFolder(name)).rejects.toMatchObject({ reason: 'bad-syntax' })
  await expect(mailbox.setSubscribed(name, true)).rejects.toMatchObject({ reason: 'bad-syntax' })
  expect(await mailbox.folder(name)).toBeUndefined()
})

test('300 levels are possible', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  const path = Array.from({ length: 300 }, () => 'x').join('/')
  await mailbox.createFolder(path)
  expect(await paths(mailbox)).toContain(path)
})

test('folders and subscriptions are bounded in number', async () => {
  const mailbox = await (await openMailStore({ limits: { folders: 8, subscriptions: 7 } })).mailbox()
  await mailbox.createFolder('a')
  await expect(mailbox.createFolder('b/c')).rejects.toMatchObject({ reason: 'over-quota' })
  expect(await mailbox.folder('b')).toBeUndefined()
  await mailbox.createFolder('b')
  await mailbox.setSubscribed('a', true)
  await expect(mailbox.setSubscribed('b', true)).rejects.toMatchObject({ reason: 'over-quota' })
})

test('a deleted and re-created name has a larger UIDVALIDITY', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  const first = await mailbox.createFolder('a')
  await mailbox.createFolder('b')
  await mailbox.deleteFolder(first.id)
  const second = await mailbox.createFolder('a')
  expect(second.uidValidity).toBeGreaterThan(first.uidValidity)
  expect(second.id).not.toBe(first.id)
})

test('the inbox and folders with children are not deleted', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  const { id } = await mailbox.createFolder('a')
  const below = await mailbox.createFolder('a/b')
  await expect(mailbox.deleteFolder(await folderIdOf(mailbox, 'INBOX'))).rejects.toMatchObject({
    reason: 'not-allowed',
  })
  await expect(mailbox.deleteFolder(id)).rejects.toMatchObject({
    reason: 'not-allowed',
    detail: { code: 'HASCHILDREN' },
  })
  await mailbox.deleteFolder(below.id)
  await mailbox.deleteFolder(id)
  await expect(mailbox.deleteFolder(id)).rejects.toMatchObject({ reason: 'no-such-thing' })
})

test('a renamed folder keeps its messages, and takes along what is below it', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  const folder = await mailbox.createFolder('a')
  await mailbox.createFolder('a/b/c')
  const uids = await appendMessages(mailbox, folder.id, 3)
  await mailbox.renameFolder(folder.id, 'x/y')
  expect(await paths(mailbox)).toEqual([...wellKnown, 'x', 'x/y', 'x/y/b', 'x/y/b/c'])
  const renamed = (await mailbox.folder('x/y'))!
  expect(renamed).toMatchObject({ id: folder.id, uidValidity: folder.uidValidity, count: 3 })
  expect((await mailbox.messages(renamed.id, uids)).map(({ uid }) => uid)).toEqual(uids)
})

test('the renamed inbox stays, with what is below it, and its messages move', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  const inbox = await folderIdOf(mailbox, 'INBOX')
  await mailbox.createFolder('INBOX/kept')
  await appendMessages(mailbox, inbox, 3, flags(1, '$Done'))
  await mailbox.renameFolder(inbox, 'old/mail')
  expect(await mailbox.folder('INBOX')).toMatchObject({ id: inbox, count: 0, unseen: 0, octets: 0, uidNext: 4 })
  expect(await mailbox.folder('INBOX/kept')).toBeDefined()
  const moved = (await mailbox.folder('old/mail'))!
  expect(moved).toMatchObject({ count: 3, unseen: 0 })
  const opened = await mailbox.open(moved.id)
  expect(indexContents(opened.index).map(({ flags }) => flags)).toEqual(
    Array.from({ length: 3 }, () => flags(1, '$Done')),
  )
  opened.close()
})

test('a folder is not renamed onto another, below itself, or to where what it holds does not fit', async () => {
  const mailbox = await (await openMailStore({ limits: { folderDepth: 4 } })).mailbox()
  const { id } = await mailbox.createFolder('a')
  await mailbox.createFolder('a/b')
  await mailbox.createFolder('x')
  const before = await paths(mailbox)
  await expect(mailbox.renameFolder(id, 'x')).rejects.toMatchObject({ reason: 'already-exists' })
  await expect(mailbox.renameFolder(id, 'a')).rejects.toMatchObject({ reason: 'already-exists' })
  await expect(mailbox.renameFolder(id, 'inbox')).rejects.toMatchObject({ reason: 'already-exists' })
  await expect(mailbox.renameFolder(id, 'a/b/c')).rejects.toMatchObject({ reason: 'not-allowed' })
  await expect(mailbox.renameFolder(id, 'p/q/r/s')).rejects.toMatchObject({ reason: 'too-big' })
  await expect(mailbox.renameFolder(99 as FolderId, 'y')).rejects.toMatchObject({ reason: 'no-such-thing' })
  expect(await paths(mailbox)).toEqual(before)
})

test('a subscription may be to anything, and outlives its folder', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  await mailbox.setSubscribed('not/yet', true)
  await mailbox.setSubscribed('inbox', false)
  const { id } = await mailbox.createFolder('not/yet')
  expect(await mailbox.folder('not/yet')).toMatchObject({ subscribed: true })
  expect(await mailbox.folder('INBOX')).toMatchObject({ subscribed: false })
  await mailbox.deleteFolder(id)
  expect(await mailbox.subscriptions()).toContain('not/yet')
})

test('every change to the folders wakes who watches the mailbox', async () => {
  const mailbox = await (await openMailStore()).mailbox()
  let woken = 0
  const stop = mailbox.watch(() => woken++)
  const { id } = await mailbox.createFolder('a')
  expect(woken).toBe(1)
  await mailbox.renameFolder(id, 'b')
  expect(woken).toBe(2)
  await mailbox.setSubscribed('b', true)
  expect(woken).toBe(3)
  await mailbox.setSubscribed('b', true)
  expect(woken).toBe(3)
  await mailbox.deleteFolder(id)
  expect(woken).toBe(4)
  stop()
  await mailbox.createFolder('c')
  expect(woken).toBe(4)
})
