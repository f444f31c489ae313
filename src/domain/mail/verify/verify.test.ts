import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  changeRows,
  appendMessages,
  findingsOf,
  flags,
  folderIdOf,
  type OpenMailStore,
  openMailStore,
  simpleMessage,
} from '../../../../test/support/mail-store.ts'
import type { FolderId, Uid } from '../../../core/ids.ts'
import { ask, sql, type Statement } from '../../../storage/engine.ts'
import { packMetadata } from '../metadata/packed-metadata.ts'
import { DELETED, FLAGGED, SEEN } from '../types.ts'
import { verifyMail } from './verify.ts'

/** A store with something of everything: two mailboxes, flags, keywords, copies, gone messages, packed ones, a search. */
async function stocked(): Promise<{ stage: OpenMailStore; inbox: FolderId }> {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const inbox = await folderIdOf(mailbox, 'INBOX')
  const archive = await folderIdOf(mailbox, 'Archive')
  const opened = await mailbox.open(inbox)
  const uids = await appendMessages(mailbox, inbox, 600, flags(0, '$Junk'))
  await mailbox.store(inbox, uids.slice(0, 20), { mode: 'add', flags: flags(SEEN | DELETED, 'a') })
  await mailbox.copy(inbox, uids.slice(10, 40), archive)
  await mailbox.move(inbox, uids.slice(50, 60), archive)
  await mailbox.expunge(inbox)
  await mailbox.deleteFolder((await mailbox.createFolder('Gone')).id)
  const other = await stage.mailbox(2)
  await appendMessages(other, await folderIdOf(other, 'INBOX'), 3)
  await changeRows(stage.engine, () => packMetadata(inbox, 1))
  await mailbox.search(inbox, { key: 'text', text: 'nothing' })
  await stage.store.settled()
  opened.close()
  return { stage, inbox }
}

test('a store in order has nothing to be found, and all of it was looked at', async () => {
  const { stage } = await stocked()
  const looked = { mailboxes: 0, folders: 0, messages: 0, octets: 0 }
  expect(await Array.fromAsync(verifyMail(stage.engine, looked))).toEqual([])
  expect(looked).toMatchObject({ mailboxes: 2, folders: 12, messages: 593 })
  expect(await stage.engine.check()).toEqual([])
})

const damages: readonly (readonly [name: string, damage: (inbox: FolderId) => Statement, found: object])[] = [
  [
    'a counter',
    (inbox) => sql`update mail_folder set unseen = unseen + 1 where id = ${inbox}`,
    { kind: 'wrong', about: 'folder', text: "The counter 'unseen' says 571; it is 570." },
  ],
  [
    'the next UID',
    (inbox) => sql`update mail_folder set uidnext = 600 where id = ${inbox}`,
    { kind: 'wrong', about: 'folder', text: 'The next UID is to be 600, and 600 is taken.' },
  ],
  [
    'a mod-sequence of a folder',
    (inbox) => sql`update mail_folder set modseq = modseq + 1000 where id = ${inbox}`,
    { kind: 'wrong', about: 'folder' },
  ],
  [
    'a flag that nobody was told of',
    (inbox) => sql`update mail_state set system = ${FLAGGED} where folder = ${inbox} and uid = 300`,
    { kind: 'wrong', about: 'journal', uid: 300 },
  ],
  [
    'a message that is gone and nobody was told',
    (inbox) => sql`delete from mail_state where folder = ${inbox} and uid = 300`,
    { kind: 'wrong', about: 'journal', uid: 300, text: 'The journal told that it is there, and it is not.' },
  ],
  [
    'a message that came back',
    (inbox) => sql`update mail_state set uid = 5 where folder = ${inbox} and uid = 300`,
    { kind: 'wrong', about: 'journal', uid: 5, text: 'The journal told that it is gone, and it is there.' },
  ],
  [
    'a place without a message',
    () => sql`update mail_state set message = 99999 where uid = 21 and message = 21`,
    { kind: 'lost', about: 'message', uid: 21 },
  ],
  [
    'a message in no folder',
    () => sql`update mail_state set message = 22 where message = 200`,
    { kind: 'unused', about: 'message', text: 'No folder holds message 200.' },
  ],
  [
    'a size',
    () => sql`update mail_message set octets = octets + 1 where id = 300`,
    { kind: 'wrong', about: 'message', uid: 300 },
  ],
  [
    'bytes that are not there',
    () => sql`update mail_message set blob = '77.0.5' where id = 300`,
    { kind: 'lost', about: 'bytes', uid: 300 },
  ],
]

test.each(damages)('%s that is wrong is found', async (_, damage, found) => {
  const { stage, inbox } = await stocked()
  await changeRows(stage.engine, () => ask(damage(inbox)))
  expect(await findingsOf(stage.engine)).toContainEqual(expect.objectContaining(found))
})

test('what is packed and tells something else than the rows is found', async () => {
  const { stage, inbox } = await stocked()
  await changeRows(stage.engine, function* () {
    yield* ask(sql`update mail_message set envelope = body where id = 300`)
    yield* ask(sql`update mail_state set keywords = 'other' where folder = ${inbox} and uid = 100`)
    yield* ask(sql`update mail_mailbox set journal_tail = modseq`)
    yield* ask(sql`delete from mail_journal`)
  })
  const found = await findingsOf(stage.engine)
  expect(found.map(({ kind, about }) => `${kind} ${about}`)).toEqual(['wrong index', 'wrong metadata'])
  expect(found[0]).toMatchObject({ folder: inbox, uid: 100 })
})

test('an octet that is damaged on the disk is found, and which messages it was of', async () => {
  const { stage, inbox } = await stocked()
  const mailbox = await stage.mailbox()
  const bytes = simpleMessage('Rare', 'a text like no other\r\n')
  const { uids } = await mailbox.append(inbox, [{ bytes, flags: flags() }])
  const file = join(stage.dir, 'segments', '000001.seg')
  const octets = readFileSync(file)
  octets[octets.indexOf('a text like no other')]! ^= 4
  writeFileSync(file, octets)
  const found = await findingsOf(stage.engine)
  expect(found).toEqual([
    {
      kind: 'lost',
      about: 'bytes',
      mailbox: 1,
      folder: inbox,
      uid: uids[0] as Uid,
      text: expect.stringContaining('damaged'),
    },
  ])
})
