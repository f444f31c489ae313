import { expect, test } from 'vitest'
import { anotherNode, appendMessages, changeRows, folderIdOf, openMailStore } from '../../../test/support/mail-store.ts'
import { ask, sql } from '../../storage/engine.ts'
import { AFTER_RESTORE, jumpAhead } from './numbers.ts'

const never = new AbortController().signal

test('each mailbox jumps once, with its first write after the restore', async () => {
  const stage = await openMailStore()
  const rowsOf = async (id: number) => ({
    mailbox: await stage.engine.sql.first(sql`select modseq, uidvalidity from mail_mailbox where mailbox = ${id}`),
    folders: await stage.engine.sql.all(sql`select id, uidnext from mail_folder where mailbox = ${id} order by id`),
  })
  const [first, second] = [await stage.mailbox(1), await stage.mailbox(2)]
  const inbox = await folderIdOf(first, 'INBOX')
  const [uid] = await appendMessages(first, inbox, 1)
  const before = await rowsOf(second.id)
  await jumpAhead(stage.engine, AFTER_RESTORE)
  // Two nodes know of the jump.
  const [one, other] = [1, 2].map(() => anotherNode(stage.engine))
  const uids = await appendMessages(await one!.open(first.id, never), inbox, 1)
  expect(uids).toEqual([uid! + 1 + AFTER_RESTORE])
  expect(await appendMessages(await other!.open(first.id, never), inbox, 1)).toEqual([uids[0]! + 1])
  expect(await rowsOf(second.id)).toEqual(before)
})

test('after a restore a new folder has a UIDVALIDITY that none had before', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const { uidValidity } = await mailbox.createFolder('Lost')
  await jumpAhead(stage.engine, AFTER_RESTORE)
  const store = anotherNode(stage.engine)
  const reopened = await store.open(mailbox.id, never)
  expect((await reopened.createFolder('Later')).uidValidity).toBe(uidValidity + 1 + AFTER_RESTORE)
})

test('a folder without room for a jump keeps its numbers', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const inbox = await folderIdOf(mailbox, 'INBOX')
  const next = 0xffff_ffff - 10
  await changeRows(stage.engine, () => ask(sql`update mail_folder set uidnext = ${next} where id = ${inbox}`))
  await jumpAhead(stage.engine, AFTER_RESTORE)
  const store = anotherNode(stage.engine)
  expect(await appendMessages(await store.open(mailbox.id, never), inbox, 1)).toEqual([next])
})

test('a mailbox that is created after a jump does not jump', async () => {
  const stage = await openMailStore()
  await jumpAhead(stage.engine, AFTER_RESTORE)
  const store = anotherNode(stage.engine)
  const mailbox = await store.open((await stage.mailbox()).id, never)
  const fresh = await store.open(7 as typeof mailbox.id, never)
  expect(await appendMessages(fresh, await folderIdOf(fresh, 'INBOX'), 1)).toEqual([1])
})

test('after a restore, a node and a client that know lost changes learn of all that is there', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const inbox = await folderIdOf(mailbox, 'INBOX')
  const [kept, lost] = await appendMessages(mailbox, inbox, 2)
  const opened = await mailbox.open(inbox)
  const known = (await mailbox.folder('INBOX'))!.highestModSeq
  // The copy of the database is from before the second message.
  await changeRows(stage.engine, function* () {
    yield* ask(sql`delete from mail_state where folder = ${inbox} and uid = ${lost!}`)
    yield* ask(sql`delete from mail_journal where modseq = ${known}`)
    yield* ask(sql`update mail_folder set uidnext = ${lost!}, total = 1, modseq = ${known - 1} where id = ${inbox}`)
    yield* ask(sql`update mail_mailbox set modseq = ${known - 1}`)
  })
  let restores = 0
  const node = anotherNode({ ...stage.engine, restores: () => restores })
  restores = 1
  const [uid] = await appendMessages(await node.open(mailbox.id, never), inbox, 1)
  expect(uid).toBe(lost! + AFTER_RESTORE)
  expect(await mailbox.vanishedSince(inbox, known)).toEqual([[lost, uid! - 1]])
  expect(Array.from({ length: opened.index.count }, (_, at) => opened.index.uidAt(at))).toEqual([kept, uid])
  opened.close()
})
