import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { indexContents, appendMessages, flags, folderIdOf, openMailStore } from '../../../test/support/mail-store.ts'
import type { ModSeq, Uid } from '../../core/ids.ts'
import { sql } from '../../storage/engine.ts'
import { linesSince } from './journal/journal.ts'
import { ANSWERED, DELETED, FLAGGED, SEEN } from './types.ts'

async function inboxOf(count: number, given = flags()) {
  const mailbox = await (await openMailStore()).mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const uids = await appendMessages(mailbox, folder, count, given)
  const { index } = await mailbox.open(folder)
  return { mailbox, folder, uids, index }
}

test.each([
  ['add', flags(FLAGGED, 'c', 'B'), flags(SEEN | FLAGGED, 'a', 'b', 'c')],
  ['remove', flags(SEEN | FLAGGED, 'A', 'x'), flags(0, 'b')],
  ['replace', flags(ANSWERED, 'c'), flags(ANSWERED, 'c')],
  ['replace', flags(), flags()],
] as const)('%s', async (mode, given, expected) => {
  const { mailbox, folder, uids, index } = await inboxOf(1, flags(SEEN, 'a', 'b'))
  const { stored, modified, modSeq } = await mailbox.store(folder, uids, { mode, flags: given })
  expect([stored, modified]).toEqual([uids, []])
  expect(indexContents(index)).toEqual([{ uid: 1, flags: expected, modSeq }])
  expect(index.highestModSeq).toBe(modSeq)
})

test('what is as asked already is stored, and does not change', async () => {
  const { mailbox, folder, uids, index } = await inboxOf(2, flags(SEEN))
  const changes: unknown[] = []
  index.watch((change) => changes.push(change))
  const before = indexContents(index)
  const stored = await mailbox.store(folder, uids, { mode: 'add', flags: flags(SEEN) })
  expect(stored).toEqual({ stored: uids, modified: [], modSeq: index.highestModSeq, changed: false })
  expect(indexContents(index)).toEqual(before)
  expect(changes).toEqual([])
})

test.each([true, false])(
  'what changes nothing takes no mod-sequence, with the folder open (%s) or not',
  async (open) => {
    const mailbox = await (await openMailStore()).mailbox()
    const folder = await folderIdOf(mailbox, 'INBOX')
    const uids = await appendMessages(mailbox, folder, 2, flags(SEEN))
    const opened = open ? await mailbox.open(folder) : undefined
    const { now } = await mailbox.news(0 as ModSeq)
    const stored = await mailbox.store(folder, uids, { mode: 'add', flags: flags(SEEN) })
    expect(stored).toEqual({ stored: uids, modified: [], modSeq: now, changed: false })
    expect((await mailbox.news(0 as ModSeq)).now).toBe(now)
    opened?.close()
  },
)

test('what is set already is not written again', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const uids = await appendMessages(mailbox, folder, 3, flags(SEEN))
  await mailbox.open(folder)
  const write = vi.spyOn(stage.engine.sql, 'write')
  await mailbox.store(folder, uids, { mode: 'add', flags: flags(SEEN) })
  await mailbox.store(folder, uids, { mode: 'remove', flags: flags(FLAGGED) })
  expect(write).not.toHaveBeenCalled()
  await mailbox.store(folder, uids, { mode: 'remove', flags: flags(SEEN) })
  expect(write).toHaveBeenCalledOnce()
})

test('many changes at once end as if they had been made one after another', async () => {
  const { mailbox, folder, uids, index } = await inboxOf(20)
  const changes = Array.from({ length: 60 }, (_, nth) => ({
    uids: uids.filter((uid) => uid % (1 + (nth % 7)) === 0),
    mode: nth % 3 === 0 ? ('remove' as const) : ('add' as const),
    flags: flags(nth % 2 === 0 ? SEEN : FLAGGED),
  }))
  const stored = await Promise.all(
    changes.map(async (change) => ({ change, ...(await mailbox.store(folder, change.uids, change)) })),
  )
  const expected = new Map(uids.map((uid) => [uid, 0]))
  const made = stored.filter(({ changed }) => changed).sort((one, other) => one.modSeq - other.modSeq)
  for (const { change } of made) {
    for (const uid of change.uids) {
      const { system } = change.flags
      expected.set(uid, change.mode === 'add' ? expected.get(uid)! | system : expected.get(uid)! & ~system)
    }
  }
  expect(indexContents(index).map(({ uid, flags }) => [uid, flags.system])).toEqual([...expected])
  expect(made.map(({ modSeq }) => modSeq)).toEqual([...new Set(made.map(({ modSeq }) => modSeq))])
})

test('only those change that are not as asked, and only they are told of', async () => {
  const { mailbox, folder, uids, index } = await inboxOf(5)
  await mailbox.store(folder, [uids[1]!, uids[3]!], { mode: 'add', flags: flags(SEEN) })
  const changes: unknown[] = []
  index.watch((change) => changes.push(change))
  const { stored, modSeq } = await mailbox.store(folder, uids, { mode: 'add', flags: flags(SEEN) })
  expect(stored).toEqual(uids)
  expect(changes).toEqual([{ kind: 'changed', modSeq, uids: [1, 3, 5] }])
})

test('messages that are not there are passed over, whatever the order in which they are asked for', async () => {
  const { mailbox, folder, index } = await inboxOf(3)
  const { stored } = await mailbox.store(folder, [9, 3, 1, 3] as Uid[], { mode: 'add', flags: flags(SEEN) })
  expect(stored).toEqual([1, 3])
  expect(indexContents(index).map((message) => message.flags.system)).toEqual([SEEN, 0, SEEN])
})

test('with UNCHANGEDSINCE, what changed later is left alone', async () => {
  const { mailbox, folder, uids, index } = await inboxOf(3)
  const since = index.highestModSeq
  await mailbox.store(folder, [uids[1]!], { mode: 'add', flags: flags(FLAGGED) })
  const first = await mailbox.store(folder, uids, { mode: 'add', flags: flags(SEEN) }, since)
  expect(first).toMatchObject({ stored: [1, 3], modified: [2] })
  const second = await mailbox.store(folder, uids, { mode: 'add', flags: flags(DELETED) }, 0 as ModSeq)
  expect(second).toMatchObject({ stored: [], modified: [1, 2, 3] })
  expect(indexContents(index).map((message) => message.flags.system)).toEqual([SEEN, FLAGGED, SEEN])
})

test('counters follow', async () => {
  const { mailbox, folder, uids } = await inboxOf(4)
  await mailbox.store(folder, uids.slice(1), { mode: 'add', flags: flags(SEEN | DELETED) })
  expect(await mailbox.folder('INBOX')).toMatchObject({ count: 4, unseen: 1, deleted: 3 })
  await mailbox.store(folder, uids.slice(2), { mode: 'replace', flags: flags() })
  expect(await mailbox.folder('INBOX')).toMatchObject({ count: 4, unseen: 3, deleted: 1 })
})

test('a message takes so many keywords and no more', async () => {
  const { mailbox, folder, uids } = await inboxOf(1, flags(0, ...Array.from({ length: 127 }, (_, n) => `k${n}`)))
  await mailbox.store(folder, uids, { mode: 'add', flags: flags(0, 'K1', 'one') })
  await expect(mailbox.store(folder, uids, { mode: 'add', flags: flags(0, 'two') })).rejects.toMatchObject({
    reason: 'over-quota',
  })
})

test('a keyword that nobody has any more is no longer in use', async () => {
  const { mailbox, folder, uids, index } = await inboxOf(2, flags(0, 'a'))
  await mailbox.store(folder, uids, { mode: 'replace', flags: flags(0, 'b') })
  expect(index.keywords).toEqual(['b'])
  await mailbox.store(folder, uids, { mode: 'add', flags: flags(0, 'A') })
  expect(index.keywords).toEqual(['a', 'b'])
})

test('thousands at once, scattered and in runs', async () => {
  const { mailbox, folder, uids, index } = await inboxOf(3000)
  const some = uids.filter((uid) => uid % 3 === 0 || (uid > 1000 && uid < 1500))
  await mailbox.store(folder, some, { mode: 'add', flags: flags(FLAGGED) })
  const chosen = new Set(some)
  expect(indexContents(index).every(({ uid, flags }) => (flags.system === FLAGGED) === chosen.has(uid))).toBe(true)
})

const bits = fc.constantFrom(0, SEEN, FLAGGED, SEEN | DELETED)
const change = fc.record({
  picks: fc.array(fc.nat(50), { maxLength: 50 }),
  mode: fc.constantFrom('add', 'remove', 'replace'),
  system: bits,
  keywords: fc.subarray(['$Junk', 'a'], { maxLength: 1 }),
  since: fc.option(fc.nat(12), { nil: undefined }),
})

test('it is the same whether memory or the rows are asked what was there', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { maxLength: 8 }),
      fc.array(fc.nat(40), { maxLength: 8 }),
      async (changes, gaps) => {
        const stage = await openMailStore()
        const outcomes = []
        for (const open of [true, false]) {
          const mailbox = await stage.mailbox(open ? 1 : 2)
          const folder = await folderIdOf(mailbox, 'INBOX')
          const uids = await appendMessages(mailbox, folder, 40)
          await mailbox.remove(
            folder,
            gaps.flatMap((gap) => uids[gap] ?? []),
          )
          const opened = open ? await mailbox.open(folder) : undefined
          const stored = []
          for (const { picks, mode, system, keywords, since } of changes) {
            const base = (await mailbox.folder('INBOX'))!.highestModSeq
            const asked = picks.map((pick) => (pick + 1) as Uid)
            const unchangedSince = since === undefined ? undefined : ((base - since) as ModSeq)
            stored.push(await mailbox.store(folder, asked, { mode, flags: flags(system, ...keywords) }, unchangedSince))
          }
          const { id: _, ...counters } = (await mailbox.folder('INBOX'))!
          const rows = await stage.engine.sql.all(
            sql`select uid, modseq, system, keywords from mail_state where folder = ${folder} order by uid`,
          )
          outcomes.push({ stored, counters, rows })
          opened?.close()
        }
        expect(outcomes[0]).toEqual(outcomes[1])
        await stage.close()
      },
    ),
    { numRuns: 60 },
  )
}, 60_000)

test('a change of scattered messages tells their UIDs in ascending order', async () => {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const folder = await folderIdOf(mailbox, 'INBOX')
  const uids = await appendMessages(mailbox, folder, 40)
  const some = uids.filter((uid) => uid !== 3 && uid !== 39)
  expect((await mailbox.store(folder, some, { mode: 'add', flags: flags(SEEN) })).stored).toEqual(some)
  const lines = (await linesSince(stage.engine.sql, mailbox.id, 0 as ModSeq))!.lines
  expect(lines.at(-1)).toMatchObject({ kind: 'changed', what: '1:2,4:38,40 1 ' })
})
