import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import {
  indexContents,
  appendMessages,
  flags,
  folderIdOf,
  type OpenMailStore,
  openMailStore,
} from '../../../test/support/mail-store.ts'
import { realWorld } from '../../core/world.ts'
import { type Row, type Statement, type Statements, sql } from '../../storage/engine.ts'
import type { MailLimits } from './limits.ts'
import { DELETED, FLAGGED, SEEN } from './types.ts'

const MANY = 4500
/** Messages that one statement looks at or changes at most. */
const MOST = 4096

/** A clock that goes on by a millisecond each time it is looked at: a slice of time is so many statements. */
function countingWorld() {
  let now = realWorld.now()
  return { ...realWorld, elapsed: () => now++ }
}

async function stageWithMany(limits: Partial<MailLimits> = {}) {
  const stage = await openMailStore({ world: countingWorld(), limits })
  const mailbox = await stage.mailbox()
  const [inbox, archive] = [await folderIdOf(mailbox, 'INBOX'), await folderIdOf(mailbox, 'Archive')]
  const uids = await appendMessages(mailbox, inbox, MANY, flags(SEEN, 'kept'))
  const opened = [await mailbox.open(inbox), await mailbox.open(archive)] as const
  return { stage, mailbox, inbox, archive, uids, source: opened[0].index, target: opened[1].index }
}

/** Returns the statements of a write, and how often other work ran in between. */
async function observed(stage: OpenMailStore, work: () => Promise<unknown>) {
  const write = stage.engine.sql.write.bind(stage.engine.sql)
  const statements: { statement: Statement; rows: number }[] = []
  const spy = vi
    .spyOn(stage.engine.sql, 'write')
    .mockImplementation((body, holds) =>
      write(() => watched(body(), (statement, rows) => statements.push({ statement, rows })), holds),
    )
  const under = { turns: 0, done: false }
  const working = work().finally(() => (under.done = true))
  for (; !under.done; under.turns++) await nextTurn()
  await working
  const writes = spy.mock.calls.length
  spy.mockRestore()
  return { statements, turns: under.turns, writes }
}

function* watched<T>(body: Statements<T>, seen: (statement: Statement, rows: number) => void): Statements<T> {
  let step = body.next()
  while (!step.done) {
    const rows: readonly Row[] = yield step.value
    seen(step.value, rows.length)
    step = body.next(rows)
  }
  return step.value
}

/** How many messages a statement may concern, as far as its text tells. */
function reach({ statement, rows }: { statement: Statement; rows: number }): number {
  const before = statement.parts.join('?').split('between ?')[0]!
  if (!statement.parts.join('?').includes('between ?')) return Math.max(rows, statement.args.length)
  const at = before.split('?').length - 1
  const [from, to] = statement.args.slice(at, at + 2) as number[]
  return Math.max(rows, to! - from! + 1)
}

describe('a change of thousands of messages lets other work run in between', () => {
  test.each(['copy', 'move', 'store', 'expunge', 'remove'] as const)('%s', async (verb) => {
    const { stage, mailbox, inbox, archive, uids, source, target } = await stageWithMany()
    if (verb === 'expunge') await mailbox.store(inbox, uids, { mode: 'add', flags: flags(DELETED) })
    const { statements, turns, writes } = await observed(stage, async () => {
      if (verb === 'store') return mailbox.store(inbox, uids, { mode: 'add', flags: flags(FLAGGED) })
      if (verb === 'expunge') return mailbox.expunge(inbox)
      return verb === 'remove' ? mailbox.remove(inbox, uids) : mailbox[verb](inbox, uids, archive)
    })
    expect(Math.max(...statements.map(reach))).toBeLessThanOrEqual(MOST)
    expect(turns).toBeGreaterThan(statements.length / 20)
    // RFC 9051 §6.4.7: a copy is whole or it is not. STORE is one write too, for one mod-sequence.
    if (verb === 'copy' || verb === 'store') expect(writes).toBe(1)
    else expect(writes).toBeGreaterThan(1)

    expect(source.count).toBe(verb === 'copy' || verb === 'store' ? MANY : 0)
    expect(target.count).toBe(verb === 'copy' || verb === 'move' ? MANY : 0)
    for (const [folder, index] of [
      [inbox, source],
      [archive, target],
    ] as const) {
      const rows = await stage.engine.sql.all(
        sql`select uid, modseq, system, keywords from mail_state where folder = ${folder} order by uid`,
      )
      const held = indexContents(index).map(({ uid, flags, modSeq }) => ({
        uid,
        modseq: modSeq,
        system: flags.system,
        keywords: flags.keywords.join(' '),
      }))
      expect(held).toEqual(rows)
    }
  })
})

test('a copy that is refused in the middle leaves nothing behind', async () => {
  const { mailbox, inbox, archive, uids, target } = await stageWithMany({ mailboxMessages: 2 * MANY - 1 })
  await expect(mailbox.copy(inbox, uids, archive)).rejects.toMatchObject({ reason: 'over-quota' })
  expect(target.count).toBe(0)
  expect(await mailbox.folder('Archive')).toMatchObject({ count: 0, octets: 0, uidNext: 1 })
})

test('who moves or expunges thousands lets others write in between', async () => {
  const { mailbox, inbox, archive, uids, source } = await stageWithMany()
  const order: string[] = []
  const moving = mailbox.move(inbox, uids, archive).then(() => order.push('moved'))
  await appendMessages(mailbox, inbox, 1).then(() => order.push('appended'))
  await moving
  await mailbox.store(archive, uids, { mode: 'add', flags: flags(DELETED) })
  const expunging = mailbox.expunge(archive).then(() => order.push('expunged'))
  await mailbox.store(inbox, [source.uidAt(0)], { mode: 'add', flags: flags(SEEN) }).then(() => order.push('stored'))
  await expunging
  expect(order).toEqual(['appended', 'moved', 'stored', 'expunged'])
})

test('a folder is not up to a mod-sequence before the last of what it stands for is in', async () => {
  const { mailbox, inbox, uids, source } = await stageWithMany()
  const before = source.highestModSeq
  const told: [messages: number, upTo: number][] = []
  source.watch((change) => told.push(['uids' in change ? change.uids.length : 0, source.highestModSeq]))
  const { modSeq } = await mailbox.store(inbox, uids, { mode: 'add', flags: flags(FLAGGED) })
  expect(told.map(([messages]) => messages)).toEqual([4096, 404])
  expect(told.map(([, upTo]) => upTo)).toEqual([modSeq - 1, modSeq])
  expect(before).toBe(modSeq - 1)
})
