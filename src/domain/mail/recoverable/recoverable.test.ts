import { expect, test } from 'vitest'
import { changeRows, flags, folderIdOf, simpleMessage, openMailStore } from '../../../../test/support/mail-store.ts'
import { TestWorld } from '../../../../test/support/world.ts'
import { DAY } from '../../../core/time.ts'
import type { Uid } from '../../../core/ids.ts'
import { sql } from '../../../storage/engine.ts'
import { MailHooks } from '../hooks.ts'
import { purge, recoverableFeature } from './keep-deleted.ts'
import type { KeepRule } from '../store-types.ts'
import { DELETED, FLAGGED } from '../types.ts'
import { verifyMail } from '../verify/verify.ts'

const everyPart = { condition: { parts: [''], args: [] } }

const hooks = new MailHooks([recoverableFeature])

const onHold: KeepRule = { held: true, heldFor: undefined, recovers: false, retains: 14 * DAY }

/** A mailbox on hold, in the inbox of which there are three messages. */
async function held() {
  const world = new TestWorld()
  const stage = await openMailStore({ world })
  const mailbox = await stage.mailbox()
  const inbox = await folderIdOf(mailbox, 'INBOX')
  const { recoverable } = stage.store
  await recoverable.setRule(mailbox.id, onHold)
  const messages = ['Lunch', 'Dinner', 'lunch again'].map((subject) => ({
    bytes: simpleMessage(subject),
    flags: flags(DELETED | FLAGGED, 'kept'),
  }))
  const { uids } = await mailbox.append(inbox, messages)
  const items = (filter = {}) => recoverable.items(mailbox.id, filter, 100)
  const rounds = async (days: number) => {
    for (let at = 0; at < days * 24; at++) {
      world.advance(DAY / 24)
      await stage.store.settled()
    }
  }
  const findings = async () => {
    await stage.store.settled()
    const looked = { mailboxes: 0, folders: 0, messages: 0, octets: 0 }
    return Array.fromAsync(verifyMail(stage.engine, looked))
  }
  return { world, stage, mailbox, inbox, recoverable, uids, items, rounds, findings, octets: messages[0]!.bytes.length }
}

test('what is expunged, removed or replaced in a mailbox on hold is kept, and no folder has it', async () => {
  const { mailbox, inbox, recoverable, uids, items, findings } = await held()
  await mailbox.expunge(inbox, [uids[0]!])
  await mailbox.remove(inbox, [uids[1]!])
  await mailbox.append(inbox, [{ bytes: simpleMessage('New'), flags: flags() }], { folder: inbox, uid: uids[2]! })
  expect(await items()).toMatchObject([
    { subject: 'lunch again', folder: 'Inbox' },
    { subject: 'Dinner', folder: 'Inbox' },
    { subject: 'Lunch', folder: 'Inbox' },
  ])
  expect((await recoverable.kept(mailbox.id)).items).toBe(3)
  expect((await mailbox.folder('Inbox'))!.count).toBe(1)
  expect((await mailbox.quota()).used.messages).toBe(1)
  expect(await findings()).toEqual([])
})

test('what a deleted folder held is kept with its path', async () => {
  const { mailbox, inbox, uids, items, findings } = await held()
  const { id } = await mailbox.createFolder('Projects/Old')
  await mailbox.move(inbox, uids, id)
  await mailbox.deleteFolder(id)
  expect((await items()).map(({ folder }) => folder)).toEqual(['Projects/Old', 'Projects/Old', 'Projects/Old'])
  expect(await findings()).toEqual([])
})

test('a copy that stays and one that goes share their content', async () => {
  const { mailbox, inbox, uids, items, findings } = await held()
  const archive = await folderIdOf(mailbox, 'Archive')
  await mailbox.copy(inbox, [uids[0]!], archive)
  await mailbox.remove(inbox, [uids[0]!])
  await mailbox.remove(archive, [1 as Uid])
  expect((await items()).map(({ folder }) => folder)).toEqual(['Archive', 'Inbox'])
  expect(await findings()).toEqual([])
})

test('what is kept is found by its subject and by when it was deleted', async () => {
  const { world, mailbox, inbox, uids, items } = await held()
  await mailbox.remove(inbox, uids.slice(0, 2))
  const between = world.now() + 1
  world.advance(1000)
  await mailbox.remove(inbox, [uids[2]!])
  const subjects = async (filter: object) => (await items(filter)).map(({ subject }) => subject)
  expect(await subjects({ subject: 'LUNCH' })).toEqual(['lunch again', 'Lunch'])
  expect(await subjects({ subject: '%' })).toEqual([])
  expect(await subjects({ from: between })).toEqual(['lunch again'])
  expect(await subjects({ until: between })).toEqual(['Dinner', 'Lunch'])
  expect(await subjects({ id: (await items())[1]!.id })).toEqual(['Dinner'])
})

test('a subject is shown and found as people read it', async () => {
  const { mailbox, inbox, items } = await held()
  const { uids } = await mailbox.append(inbox, [{ bytes: simpleMessage('=?utf-8?q?=C3=84rger?='), flags: flags() }])
  await mailbox.remove(inbox, uids)
  expect(await items({ subject: 'ÄRGER' })).toMatchObject([{ subject: 'Ärger' }])
})

test('what is kept comes back where it was, and into the inbox where that folder is gone', async () => {
  const { mailbox, inbox, recoverable, uids, items, octets, findings } = await held()
  const { id } = await mailbox.createFolder('Old')
  await mailbox.move(inbox, [uids[1]!], id)
  await mailbox.deleteFolder(id)
  await mailbox.remove(inbox, [uids[0]!])
  const [lunch, dinner] = await items()
  expect(await recoverable.restore(mailbox.id, [lunch!.id, dinner!.id, 999])).toEqual(
    new Map([
      [lunch!.id, 'Inbox'],
      [dinner!.id, 'Inbox'],
    ]),
  )
  expect(await items()).toEqual([])
  expect(await recoverable.kept(mailbox.id)).toEqual({ items: 0, octets: 0 })
  const open = await mailbox.open(inbox)
  expect(open.index.count).toBe(3)
  expect(open.index.flagsAt(2)).toEqual(flags(FLAGGED, 'kept'))
  open.close()
  const back = await mailbox.messages(inbox, [open.index.uidAt(2)])
  expect((await mailbox.content(back[0]!.blob)).length).toBe(octets)
  expect(await findings()).toEqual([])
})

test('a full mailbox gets nothing back', async () => {
  const { stage, mailbox, inbox, recoverable, uids, items } = await held()
  await mailbox.remove(inbox, [uids[0]!])
  await stage.store.setQuota(mailbox.id, { octets: undefined, messages: 2 })
  await expect(recoverable.restore(mailbox.id, [(await items())[0]!.id])).rejects.toMatchObject({
    reason: 'over-quota',
  })
  expect(await items()).toHaveLength(1)
})

test('without a hold nothing is kept, and what was kept goes two weeks after it was deleted', async () => {
  const { stage, mailbox, inbox, recoverable, uids, items, rounds, findings } = await held()
  await mailbox.remove(inbox, [uids[0]!])
  await rounds(15)
  expect(await items()).toHaveLength(1)
  await mailbox.remove(inbox, [uids[1]!])
  await recoverable.setRule(mailbox.id, { ...onHold, held: false })
  await mailbox.remove(inbox, [uids[2]!])
  await rounds(1)
  expect((await items()).map(({ subject }) => subject)).toEqual(['Dinner'])
  await rounds(14)
  expect(await items()).toEqual([])
  expect(await recoverable.kept(mailbox.id)).toEqual({ items: 0, octets: 0 })
  expect(await stage.engine.sql.all(sql`select id from mail_message`)).toEqual([])
  expect(await findings()).toEqual([])
})

test.each(['octets = 107374182400', 'items = 3000000'])(
  'nothing is deleted any more of a mailbox of which too much is kept: %s',
  async (kept) => {
    const { stage, mailbox, inbox, uids } = await held()
    await changeRows(stage.engine, function* () {
      yield { parts: [`update mail_hold set ${kept}`], args: [] }
    })
    await expect(mailbox.remove(inbox, [uids[0]!])).rejects.toMatchObject({ reason: 'over-quota' })
    expect((await mailbox.folder('Inbox'))!.count).toBe(3)
  },
)

test('without a hold the oldest go first where too much is kept', async () => {
  const { world, stage, mailbox, inbox, recoverable, uids, items } = await held()
  await recoverable.setRule(mailbox.id, { held: false, recovers: true })
  await mailbox.remove(inbox, [uids[0]!])
  await changeRows(stage.engine, function* () {
    yield sql`update mail_hold set items = 3000000`
  })
  await mailbox.remove(inbox, [uids[1]!])
  expect(await items()).toHaveLength(2)
  await purge({ engine: stage.engine, hooks, parts: everyPart }, world.now())
  expect(await items()).toEqual([])
  await mailbox.remove(inbox, [uids[2]!])
  await purge({ engine: stage.engine, hooks, parts: everyPart }, world.now())
  expect((await items()).map(({ subject }) => subject)).toEqual(['lunch again'])
})

test('what is put on hold while it is about to be purged stays', async () => {
  const { world, stage, mailbox, inbox, recoverable, uids, items } = await held()
  await recoverable.setRule(mailbox.id, { ...onHold, held: false, recovers: true, retains: 0 })
  await mailbox.remove(inbox, uids)
  world.advance(1000)
  const sql: typeof stage.engine.sql = {
    all: (statement) => stage.engine.sql.all(statement),
    first: (statement) => stage.engine.sql.first(statement),
    async write(work, holds) {
      await recoverable.setRule(mailbox.id, onHold)
      return stage.engine.sql.write(work, holds)
    },
  }
  await purge({ engine: { ...stage.engine, sql }, hooks, parts: everyPart }, world.now())
  expect(await items()).toHaveLength(3)
  await recoverable.setRule(mailbox.id, { ...onHold, held: false, retains: 0 })
  await purge({ engine: stage.engine, hooks, parts: everyPart }, world.now())
  expect(await items()).toEqual([])
})

test('a mailbox that is erased leaves nothing behind', async () => {
  const { stage, mailbox, inbox, uids, rounds, findings } = await held()
  await mailbox.remove(inbox, uids)
  await stage.store.erase(mailbox.id)
  await rounds(1)
  expect(await stage.engine.sql.all(sql`select id from mail_message`)).toEqual([])
  expect(await stage.engine.sql.all(sql`select mailbox from mail_hold`)).toEqual([])
  expect(await findings()).toEqual([])
})

test('a hold may cover messages for a while from when they were received', async () => {
  const { mailbox, inbox, recoverable, uids, items, rounds, findings } = await held()
  await recoverable.setRule(mailbox.id, { ...onHold, heldFor: 20 * DAY })
  await mailbox.remove(inbox, [uids[0]!])
  await rounds(10)
  await mailbox.remove(inbox, [uids[1]!])
  await rounds(9)
  expect((await items()).map(({ subject }) => subject)).toEqual(['Dinner', 'Lunch'])
  await rounds(2)
  expect((await items()).map(({ subject }) => subject)).toEqual(['Dinner'])
  await rounds(4)
  expect(await items()).toEqual([])
  expect(await findings()).toEqual([])
})

test('a hold that is set while something else of the rule is changed holds', async () => {
  const { world, mailbox, inbox, recoverable, uids, items, rounds } = await held()
  await recoverable.setRule(mailbox.id, { held: false })
  await Promise.all([
    recoverable.setRule(mailbox.id, { held: true }),
    recoverable.setRule(mailbox.id, { retains: DAY }),
    recoverable.setRule(mailbox.id, { heldFor: 90 * DAY }),
  ])
  await mailbox.remove(inbox, uids)
  world.advance(2 * DAY)
  await rounds(1)
  expect(await items()).toHaveLength(3)
  await recoverable.setRule(mailbox.id, { held: false, heldFor: undefined })
  await rounds(1)
  expect(await items()).toEqual([])
})

test('what is deleted may be kept for a while without a hold', async () => {
  const { mailbox, inbox, recoverable, uids, items, rounds } = await held()
  await recoverable.setRule(mailbox.id, { ...onHold, held: false, recovers: true, retains: 3 * DAY })
  await mailbox.remove(inbox, uids)
  await rounds(2)
  expect(await items()).toHaveLength(3)
  await rounds(2)
  expect(await items()).toEqual([])
})
