import { expect, test } from 'vitest'
import {
  changeRows,
  flags,
  folderIdOf,
  openMailStore,
  type OpenMailStore,
} from '../../../../test/support/mail-store.ts'
import { TestWorld } from '../../../../test/support/world.ts'
import { MINUTE } from '../../../core/time.ts'
import type { Uid } from '../../../core/ids.ts'
import { ask, sql } from '../../../storage/engine.ts'
import type { Mailbox } from '../types.ts'
import { backfill } from './thread-rows.ts'

interface Written {
  readonly id?: string
  readonly subject?: string
  readonly references?: string
  readonly inReplyTo?: string
  readonly text?: string
}

function written({ id, subject = 'Lunch', references, inReplyTo, text = 'Hello' }: Written): Buffer {
  const fields = [
    'From: ada@contoso.test',
    `Subject: ${subject}`,
    id && `Message-ID: <${id}@x>`,
    references && `References: ${references}`,
    inReplyTo && `In-Reply-To: <${inReplyTo}@x>`,
    'Content-Type: text/plain; charset=utf-8',
  ]
  return Buffer.from([...fields.filter((field) => field !== undefined), '', text, ''].join('\r\n'))
}

/** The thread of each, as a letter: the first is a, the next new one b. */
async function threadsOf(mailbox: Mailbox, path = 'INBOX'): Promise<string> {
  const folder = await folderIdOf(mailbox, path)
  const uids = Array.from({ length: 99 }, (_, nth) => (nth + 1) as Uid)
  const threads = (await mailbox.messages(folder, uids)).map(({ threadId }) => threadId!)
  const names = [...new Set(threads)]
  return threads.map((thread) => 'abcdefgh'[names.indexOf(thread)]).join('')
}

async function received(stage: OpenMailStore, letters: readonly Written[]): Promise<Mailbox> {
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  for (const letter of letters) await mailbox.append(folder, [{ bytes: written(letter), flags: flags() }])
  return mailbox
}

test.each<[name: string, letters: readonly Written[], threads: string]>([
  ['by References', [{ id: '1' }, { id: '2', references: '<1@x>' }, { id: '3', references: '<1@x> <2@x>' }], 'aaa'],
  ['by In-Reply-To', [{ id: '1' }, { id: '2', inReplyTo: '1', subject: 'Re: Lunch' }], 'aa'],
  [
    'by what both answer',
    [
      { id: '2', references: '<1@x>' },
      { id: '3', references: '<1@x>' },
    ],
    'aa',
  ],
  ['an answer that comes before', [{ id: '2', references: '<1@x>' }, { id: '1' }], 'aa'],
  ['another subject is another thread', [{ id: '1' }, { id: '2', references: '<1@x>', subject: 'Dinner' }], 'ab'],
  ['a subject alone joins nothing', [{ id: '1' }, { id: '2' }, {}, {}], 'abcd'],
  ['forwarded and answered', [{ id: '1' }, { id: '2', references: '<1@x>', subject: 'Fwd: RE: Lunch' }], 'aa'],
  ['the same message twice', [{ id: '1' }, { id: '1' }], 'aa'],
  ['two threads that meet stay two', [{ id: '1' }, { id: '2' }, { id: '3', references: '<1@x> <2@x>' }], 'aba'],
  [
    'a long line of messages',
    Array.from({ length: 40 }, (_, n) => ({
      id: `${n}`,
      references: Array.from({ length: n }, (_, m) => `<${m}@x>`).join(' '),
    })),
    'a'.repeat(40),
  ],
])('threads: %s', async (_, letters, threads) => {
  expect(await threadsOf(await received(await openMailStore(), letters))).toBe(threads)
})

test('a thread keeps its name when messages move, are copied and go; each mailbox has its own', async () => {
  const stage = await openMailStore()
  const mailbox = await received(stage, [{ id: '1' }, { id: '2', references: '<1@x>' }])
  const [inbox, archive] = [await folderIdOf(mailbox, 'INBOX'), await folderIdOf(mailbox, 'Archive')]
  const [before] = await mailbox.messages(inbox, [1 as Uid])
  await mailbox.move(inbox, [2 as Uid], archive)
  await mailbox.remove(inbox, [1 as Uid])
  await received(stage, [{ id: '3', references: '<1@x> <2@x>' }])
  const [after] = await mailbox.messages(inbox, [3 as Uid])
  expect(after!.threadId).toBe(before!.threadId)
  const other = await stage.mailbox(2)
  const elsewhere = await folderIdOf(other, 'INBOX')
  await other.append(elsewhere, [{ bytes: written({ id: '1' }), flags: flags() }])
  expect((await other.messages(elsewhere, [1 as Uid]))[0]!.threadId).not.toBe(before!.threadId)
})

test('what is known of threads goes with their messages', async () => {
  const stage = await openMailStore()
  const mailbox = await received(stage, [{ id: '1' }, { id: '2', references: '<1@x>' }])
  await mailbox.remove(await folderIdOf(mailbox, 'INBOX'), [1, 2] as Uid[])
  expect(await stage.engine.sql.all(sql`select ref from mail_thread`)).toEqual([])
})

test('the date of saving is that of the place, the internal date that of the message', async () => {
  const world = new TestWorld()
  const stage = await openMailStore({ world })
  const mailbox = await stage.mailbox()
  const [inbox, archive] = [await folderIdOf(mailbox, 'INBOX'), await folderIdOf(mailbox, 'Archive')]
  const saved = world.now()
  await mailbox.append(inbox, [{ bytes: written({}), flags: flags(), received: { at: 0, zone: 60 } }])
  world.advance(MINUTE)
  await mailbox.copy(inbox, [1 as Uid], archive)
  const dates = async (folder: typeof inbox) =>
    (await mailbox.messages(folder, [1 as Uid])).map(({ received, savedAt }) => ({ received, savedAt }))
  expect(await dates(inbox)).toEqual([{ received: { at: 0, zone: 60 }, savedAt: saved }])
  expect(await dates(archive)).toEqual([{ received: { at: 0, zone: 60 }, savedAt: saved + MINUTE }])
})

test('a preview is what the text begins with, and is sent as a string', async () => {
  const stage = await openMailStore()
  const texts = ['Grüße  aus\r\n\r\nKöln', 'plain "quoted"', '', 'x'.repeat(500), 'a plain one']
  const mailbox = await received(
    stage,
    texts.map((text) => ({ text })),
  )
  const folder = await folderIdOf(mailbox, 'INBOX')
  const uids = [1, 2, 3, 4, 5] as Uid[]
  const previews = (await mailbox.messages(folder, uids)).map(({ preview }) => preview)
  expect(previews).toEqual(['Grüße aus Köln', 'plain "quoted"', '', 'x'.repeat(200), 'a plain one'])
  const sent: string[] = []
  for await (const chunk of mailbox.metadata(folder, uids, ['preview'])) {
    sent.push(...chunk.uids.map((uid) => chunk.text('preview', uid)))
  }
  expect(sent).toEqual([
    '{17}\r\nGrüße aus Köln',
    '{14}\r\nplain "quoted"',
    '""',
    `"${'x'.repeat(200)}"`,
    '"a plain one"',
  ])
})

test('older messages get threads and previews later, even if their bytes cannot be read', async () => {
  const world = new TestWorld()
  const stage = await openMailStore({ world })
  const replies = Array.from({ length: 30 }, (_, n) => ({ id: `${n + 2}`, references: '<1@x>', text: `Text ${n}` }))
  const mailbox = await received(stage, [{ id: '1' }, ...replies])
  const folder = await folderIdOf(mailbox, 'INBOX')
  const before = await mailbox.messages(folder, [1, 2, 31] as Uid[])
  await changeRows(stage.engine, function* () {
    yield* ask(sql`delete from mail_thread`)
    yield* ask(sql`update mail_message set thread_id = null, preview = null`)
    yield* ask(sql`update mail_message set blob = '99.0.5' where id = 7`)
  })
  const [unknown] = await mailbox.messages(folder, [1 as Uid])
  expect(unknown).toMatchObject({ threadId: undefined, preview: undefined })
  for await (const chunk of mailbox.metadata(folder, [2 as Uid], ['threadId', 'preview'])) {
    expect([chunk.text('threadId', 2 as Uid), chunk.text('preview', 2 as Uid)]).toEqual(['NIL', 'NIL'])
  }
  for (let step = 0; step < 400; step++) {
    world.advance(1000)
    await stage.store.settled()
  }
  expect(await backfill(stage.engine, { condition: sql`` })).toBe(false)
  expect(await mailbox.messages(folder, [1, 2, 31] as Uid[])).toEqual(before)
  expect((await threadsOf(mailbox)).replaceAll('a', '')).toHaveLength(1)
})
