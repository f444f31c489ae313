import { setImmediate as nextTurn } from 'node:timers/promises'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { writtenMailArb } from '../../../../../test/corpus/mime/written-mail.ts'
import {
  changeRows,
  appendMessages,
  flags,
  folderIdOf,
  simpleMessage,
  openMailStore,
  type MailStoreOptions,
} from '../../../../../test/support/mail-store.ts'
import { flagsOf, naive, queryArb } from '../../../../../test/support/naive-search.ts'
import { TestWorld } from '../../../../../test/support/world.ts'
import type { FolderId, Uid } from '../../../../core/ids.ts'
import { sql } from '../../../../storage/engine.ts'
import type { Mailbox, SearchKey } from '../../types.ts'
import { kinds, type TextKind } from './text-column.ts'

const body = (text: string): SearchKey => ({ key: 'body', text })
const header = (name: string, text: string): SearchKey => ({ key: 'header', name, text })
const subject = (text: string): SearchKey => header('Subject', text)

type Stage = Awaited<ReturnType<typeof openMailStore>>

/** Time does not pass: texts are made when they are searched, and never behind. */
const stageOf = (options: MailStoreOptions = {}) => openMailStore({ world: new TestWorld(), ...options })

const segmentsOf = async ({ engine }: Stage, kind: TextKind = 'body') => {
  const rows = await engine.sql.all<{ messages: number; live: number }>(
    sql`select messages, live from mail_text where kind = ${kinds[kind]} order by id`,
  )
  return rows.map((row) => ({ ...row }))
}

const slotsOf = async ({ engine }: Stage) =>
  (await engine.sql.first<{ count: number }>(sql`select count(*) as count from mail_text_slot`))!.count

async function filled(count: number, text = 'Hello\r\n', options = {}) {
  const stage = await stageOf(options)
  const mailbox = await stage.mailbox()
  const inbox = await folderIdOf(mailbox, 'Inbox')
  const messages = Array.from({ length: count }, (_, n) => ({
    bytes: simpleMessage(`Message ${n}`, text),
    flags: flags(),
  }))
  const { uids } = await mailbox.append(inbox, messages)
  return { stage, mailbox, inbox, uids }
}

test.each([
  { name: 'looked through', count: 6, copies: 1, runs: 10, limits: {} },
  { name: 'kept in segments', count: 6, copies: 20, runs: 10, limits: {} },
  { name: 'kept in many segments', count: 8, copies: 40, runs: 3, limits: {} },
  { name: 'kept in hardly any memory', count: 6, copies: 20, runs: 6, limits: { textOctets: 1024, textMapOctets: 1 } },
])('texts that are $name give what a naive search gives', async ({ count, copies, runs, limits }) => {
  const stage = await stageOf({ limits })
  const mails = fc.array(fc.tuple(writtenMailArb, fc.boolean()), { minLength: count, maxLength: count })
  let mailboxes = 0
  await fc.assert(
    fc.asyncProperty(mails, fc.array(queryArb, { minLength: 12, maxLength: 12 }), async (written, queries) => {
      const mailbox = await stage.mailbox(++mailboxes)
      const inbox = await folderIdOf(mailbox, 'Inbox')
      const all = Array.from({ length: copies }, () => written).flat()
      const messages = all.map(([{ bytes }, isSeen]) => ({ bytes, flags: flagsOf(isSeen) }))
      const { uids } = await mailbox.append(inbox, messages)
      for (const query of queries) {
        const expected = uids.filter((_, nth) => {
          const [mail, isSeen] = all[nth]!
          return naive(query, { written: mail, flags: flagsOf(isSeen), octets: mail.bytes.length })
        })
        expect(await mailbox.search(inbox, query)).toEqual(expected)
      }
    }),
    { numRuns: runs },
  )
})

test('texts are kept once there are enough, and found again after a restart', async () => {
  const { stage, mailbox, inbox, uids } = await filled(63, 'a needle\r\n')
  expect(await mailbox.search(inbox, body('NEEDLE'))).toEqual(uids)
  expect(await segmentsOf(stage)).toEqual([])
  const more = await appendMessages(mailbox, inbox, 1)
  expect(await mailbox.search(inbox, body('needle'))).toEqual(uids)
  expect(await segmentsOf(stage)).toEqual([{ messages: 64, live: 64 }])

  await stage.close()
  const again = await stageOf({ dir: stage.dir })
  const reopened = await again.mailbox()
  expect(await reopened.search(inbox, body('needle'))).toEqual(uids)
  expect(await reopened.search(inbox, body('hello'))).toEqual(more)
  expect(await segmentsOf(again)).toEqual([{ messages: 64, live: 64 }])
})

test('a search for one message asks the rows about its neighbours only', async () => {
  const { stage, mailbox, inbox, uids } = await filled(200, 'a needle\r\n')
  await mailbox.search(inbox, body('needle'))
  await changeRows(stage.engine, function* () {
    yield sql`update mail_state set uid = uid + 1000000 where folder = ${inbox} and uid > ${uids[99]!}`
    yield sql`update mail_folder set uidnext = uidnext + 1000000 where id = ${inbox}`
  })
  await stage.close()
  const again = await stageOf({ dir: stage.dir })
  const reopened = await again.mailbox()
  const [far, near] = [1_000_150 as Uid, 50 as Uid]
  for (const uid of [far, near]) {
    const one: SearchKey = { key: 'and', of: [{ key: 'uids', ranges: [[uid, uid]] }, body('needle')] }
    expect(await reopened.search(inbox, one)).toEqual([uid])
  }
  expect(await reopened.search(inbox, body('needle'))).toHaveLength(200)
  expect(await segmentsOf(again)).toEqual([{ messages: 200, live: 200 }])
})

test('copies and moved messages share their texts', async () => {
  const { stage, mailbox, inbox, uids } = await filled(300, 'a needle\r\n')
  await mailbox.search(inbox, body('needle'))
  const before = await segmentsOf(stage)
  const archive = await folderIdOf(mailbox, 'Archive')
  const copied = await mailbox.copy(inbox, uids, archive)
  const moved = await mailbox.move(inbox, uids, archive)
  expect(await mailbox.search(archive, body('needle'))).toEqual([...copied.to, ...moved.to])
  expect(await mailbox.search(inbox, body('needle'))).toEqual([])
  expect(await segmentsOf(stage)).toEqual(before)
})

test('texts of messages that are no more are forgotten, and a segment with the last of its messages', async () => {
  const { stage, mailbox, inbox, uids } = await filled(100)
  await mailbox.search(inbox, body('hello'))
  await mailbox.remove(inbox, uids.slice(0, 40))
  expect(await segmentsOf(stage)).toEqual([{ messages: 100, live: 60 }])
  expect(await slotsOf(stage)).toBe(60)
  expect(await mailbox.search(inbox, body('hello'))).toEqual(uids.slice(40))
  await mailbox.remove(inbox, uids.slice(40))
  expect(await segmentsOf(stage)).toEqual([])
  expect(await slotsOf(stage)).toBe(0)
})

test('a segment that has lost most of its messages is written again with others', async () => {
  const { stage, mailbox, inbox, uids } = await filled(200)
  await mailbox.search(inbox, body('hello'))
  await mailbox.remove(inbox, uids.slice(0, 120))
  await stage.close()
  const again = await stageOf({ dir: stage.dir })
  expect(await (await again.mailbox()).search(inbox, body('hello'))).toEqual(uids.slice(120))
  expect((await segmentsOf(again)).at(-1)).toEqual({ messages: 80, live: 80 })
})

test.each(['bytes that are not there', 'bytes that are others'])('texts with %s are made again', async (what) => {
  const { stage, mailbox, inbox, uids } = await filled(100, 'a needle\r\n')
  await mailbox.search(inbox, body('needle'))
  const [own] = await stage.engine.sql.all<{ id: number }>(sql`select id from mail_text`)
  const other = await stage.engine.blobs.append(Buffer.alloc(1_000_000, 1))
  const blob = what.endsWith('others') ? other : other.replace(/\d+/, '999')
  await changeRows(stage.engine, function* () {
    yield sql`update mail_text set blob = ${blob}`
  })
  await stage.close()
  const again = await stageOf({ dir: stage.dir })
  const reopened = await again.mailbox()
  expect(await reopened.search(inbox, body('needle'))).toEqual(uids)
  expect(await reopened.search(inbox, body('needle'))).toEqual(uids)
  const rows = await again.engine.sql.all<{ id: number }>(sql`select id from mail_text`)
  expect(rows.map(({ id }) => id > own!.id)).toEqual([true])
})

test('texts that were kept in another form are made again', async () => {
  const { stage, mailbox, inbox, uids } = await filled(100, 'a needle\r\n')
  await mailbox.search(inbox, body('needle'))
  await changeRows(stage.engine, function* () {
    yield sql`update mail_text set format = format - 1`
  })
  await stage.close()
  const again = await stageOf({ dir: stage.dir })
  expect(await (await again.mailbox()).search(inbox, body('needle'))).toEqual(uids)
  expect(await segmentsOf(again)).toEqual([{ messages: 100, live: 100 }])
})

test('a search for a field that is rare reads the headers that have it', async () => {
  const { mailbox, inbox, uids } = await filled(100)
  const rare = Buffer.from('X-Rare: Grüße\r\nSubject: rare\r\n\r\n')
  const found = (await mailbox.append(inbox, [{ bytes: rare, flags: flags() }])).uids
  expect(await mailbox.search(inbox, header('x-rare', ''))).toEqual(found)
  expect(await mailbox.search(inbox, header('X-RARE', 'grüse'))).toEqual([])
  expect(await mailbox.search(inbox, header('X-Rare', 'gru\u0308ß'))).toEqual(found)
  expect(await mailbox.search(inbox, header('X-Rare', 'GRÜßE'))).toEqual(found)
  expect(await mailbox.search(inbox, header('x-rar', ''))).toEqual([])
  expect(await mailbox.search(inbox, { key: 'not', of: header('x-rare', '') })).toEqual(uids)
})

test('any number of questions is answered at once', async () => {
  const { mailbox, inbox, uids } = await filled(100)
  const asks = Array.from({ length: 200 }, (_, nth) => body(`hello${nth}`))
  expect(await mailbox.search(inbox, { key: 'or', of: asks })).toEqual([])
  expect(await mailbox.search(inbox, { key: 'or', of: [...asks, subject('message 7')] })).toHaveLength(11)
  expect(await mailbox.search(inbox, { key: 'or', of: [...asks, body('ello')] })).toEqual(uids)
})

test('a text of any length is found where a large body was decoded piece by piece', async () => {
  const line = `${'0123456789 '.repeat(6)}\r\n`
  const long = 'Grüse abcdefghij'.repeat(5000)
  const large = simpleMessage('large', `${line.repeat(9000)}${long}${line.repeat(9000)}end`)
  const { stage, mailbox, inbox } = await filled(3)
  const { uids } = await mailbox.append(inbox, [{ bytes: large, flags: flags() }])
  expect(await mailbox.search(inbox, body(long.toUpperCase()))).toEqual(uids)
  expect(await mailbox.search(inbox, body(`${line.trim()} \r\n${line.trim()}`))).toEqual(uids)
  expect(await mailbox.search(inbox, body(`${long}x`))).toEqual([])
  expect(await segmentsOf(stage)).toEqual([{ messages: 4, live: 4 }])
})

test('searches at once make their texts once', async () => {
  const { stage, mailbox, inbox, uids } = await filled(600, 'a needle\r\n')
  const searches = Array.from({ length: 5 }, (_, nth) => mailbox.search(inbox, nth % 2 ? body('needle') : subject('1')))
  for (const [nth, found] of (await Promise.all(searches)).entries()) if (nth % 2) expect(found).toEqual(uids)
  for (const kind of ['header', 'body'] as const) {
    const kept = await segmentsOf(stage, kind)
    expect(kept.reduce((sum, { messages }) => sum + messages, 0)).toBe(600)
  }
})

test('who wants a few of the texts does not wait for who wants all', async () => {
  const { mailbox, inbox, uids } = await filled(6000, `${'hay '.repeat(500)}\r\n`)
  const order: string[] = []
  const all = mailbox.search(inbox, body('hay')).then(() => order.push('all'))
  const ranges = [[uids[5000]!, uids[5001]!]] as const
  const few = mailbox.search(inbox, { key: 'and', of: [{ key: 'uids', ranges }, body('hay')] })
  expect(await few.then((found) => (order.push('few'), found))).toEqual(ranges[0])
  await all
  expect(order).toEqual(['few', 'all'])
})

test('a search that is given up leaves what it has made, and others are not kept from theirs', async () => {
  const { stage, mailbox, inbox, uids } = await filled(1500, `${'hay '.repeat(2000)}\r\n`)
  const stop = new AbortController()
  const given = mailbox.search(inbox, body('hay'), stop.signal)
  const other = mailbox.search(inbox, body('hay'))
  stop.abort(new Error('enough'))
  await expect(given).rejects.toThrow('enough')
  expect(await other).toEqual(uids)
  const kept = await segmentsOf(stage)
  expect(kept.reduce((sum, { messages }) => sum + messages, 0)).toBe(1500)
})

test('other work runs in between while a search builds texts and scans them', async () => {
  const { mailbox, inbox, uids } = await filled(2000, `${'hay '.repeat(1000)}\r\n`)
  const search = mailbox.search(inbox, body('hay'))
  const over = search.then(() => true)
  let turns = 0
  while (!(await Promise.race([over, nextTurn(false)]))) turns++
  expect(turns).toBeGreaterThan(uids.length / 100)
  expect(await search).toEqual(uids)
})

test('a message that is too large for its texts to be kept is found all the same', async () => {
  const { stage, mailbox, inbox } = await filled(80)
  const large = simpleMessage('large', `${'hay '.repeat(2_200_000)}needle\r\n`)
  const { uids } = await mailbox.append(inbox, [{ bytes: large, flags: flags() }])
  expect(await mailbox.search(inbox, body('needle'))).toEqual(uids)
  expect(await mailbox.search(inbox, subject('LARGE'))).toEqual(uids)
  expect(await segmentsOf(stage, 'header')).toEqual([{ messages: 81, live: 81 }])
  expect(await segmentsOf(stage, 'body')).toEqual([{ messages: 80, live: 80 }])
})

test('what arrives, goes and comes back between searches is found as it is', async () => {
  const stage = await stageOf()
  const mailbox = await stage.mailbox()
  const [inbox, archive] = [await folderIdOf(mailbox, 'Inbox'), await folderIdOf(mailbox, 'Archive')]
  const held = new Map<FolderId, Map<Uid, string>>([
    [inbox, new Map()],
    [archive, new Map()],
  ])
  for (let round = 0; round < 40; round++) {
    const [from, to] = round % 3 === 0 ? [archive, inbox] : [inbox, archive]
    await arrive(mailbox, inbox, held.get(inbox)!, word(round), round % 7 === 0 ? 90 : 3)
    const some = [...held.get(from)!.keys()].filter((uid) => uid % 4 === round % 4)
    if (round % 5 === 4) {
      await mailbox.remove(from, some)
    } else {
      const moved = await mailbox.move(from, some, to)
      for (const [nth, uid] of moved.from.entries()) held.get(to)!.set(moved.to[nth]!, held.get(from)!.get(uid)!)
    }
    for (const uid of some) held.get(from)!.delete(uid)
    for (const [folder, messages] of held) {
      const expected = [...messages].filter(([, text]) => text === word(round)).map(([uid]) => uid)
      expect(await mailbox.search(folder, body(word(round)))).toEqual(expected.sort((a, b) => a - b))
    }
  }
})

const word = (n: number) => `word${n % 5}`

async function arrive(mailbox: Mailbox, folder: FolderId, held: Map<Uid, string>, text: string, count: number) {
  const messages = Array.from({ length: count }, () => ({ bytes: simpleMessage('x', `${text}\r\n`), flags: flags() }))
  for (const uid of (await mailbox.append(folder, messages)).uids) held.set(uid, text)
}

test('a message that is in a folder twice has its texts kept once, and is found in both places', async () => {
  const { stage, mailbox, inbox, uids } = await filled(80, 'Needle\r\n')
  const { to } = await mailbox.copy(inbox, uids.slice(10, 20), inbox)
  expect(await mailbox.search(inbox, body('needle'))).toEqual([...uids, ...to])
  expect(await mailbox.search(inbox, subject('Message 15'))).toEqual([uids[15], to[5]])
  expect(await slotsOf(stage)).toBe(160)
})
