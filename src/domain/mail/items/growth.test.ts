import { expect, test } from 'vitest'
import { appendMessages, flags, folderIdOf, openMailStore } from '../../../../test/support/mail-store.ts'
import type { Uid } from '../../../core/ids.ts'
import type { Engine, Row, Sql } from '../../../storage/engine.ts'
import { FLAGGED, SEEN } from '../types.ts'
import type { ItemFilter } from '../item-types.ts'

/** Counts the rows that reads return. */
class CountedRows {
  #rows = 0

  readonly through = (engine: Engine): Engine => ({ ...engine, sql: this.#over(engine.sql) })

  #over(sql: Sql): Sql {
    return {
      all: async <R = Row>(statement: Parameters<Sql['all']>[0]) => {
        const rows = await sql.all<R>(statement)
        this.#rows += rows.length
        return rows
      },
      first: async <R = Row>(statement: Parameters<Sql['first']>[0]) => {
        const row = await sql.first<R>(statement)
        if (row) this.#rows += 1
        return row
      },
      write: (work, holds) => sql.write(work, holds),
    }
  }

  take(): number {
    const taken = this.#rows
    this.#rows = 0
    return taken
  }
}

/** A folder of that many messages. Copies are made faster than messages. */
async function stageWith(count: number, through: (engine: Engine) => Engine) {
  const stage = await openMailStore({ through })
  const mailbox = await stage.mailbox()
  const [inbox, source] = [await folderIdOf(mailbox, 'INBOX'), await folderIdOf(mailbox, 'Archive')]
  const uids = await appendMessages(mailbox, source, 1000)
  for (let copied = 0; copied < count; copied += 1000) await mailbox.copy(source, uids, inbox)
  return { mailbox, items: mailbox.items, inbox }
}

test('changes and pages read rows in proportion to what they return, not to the folder', async () => {
  const read: number[][] = []
  for (const count of [1000, 20_000]) {
    const rows = new CountedRows()
    const { mailbox, items, inbox } = await stageWith(count, rows.through)
    const mark = await items.mark()
    for (let n = 0; n < 10; n++) {
      const uids = Array.from({ length: 10 }, (_, at) => (n * 10 + at + 1) as Uid)
      await mailbox.store(inbox, uids, { mode: 'add', flags: flags(n % 2 ? SEEN : FLAGGED) })
    }
    rows.take()
    const { changes } = await items.changesSince({ folder: inbox, since: mark, take: 1000 })
    expect(changes).toHaveLength(100)
    const taken = [rows.take()]
    const unread: ItemFilter = { is: 'read', value: false }
    // The first list loads the figures of the folder.
    await items.list({ folder: inbox, filter: unread, skip: 0, take: 1 })
    expect(rows.take()).toBeGreaterThan(count)
    for (const skip of [0, count / 2]) {
      for (const filter of [unread, { is: 'all' } as const]) {
        const { items: page } = await items.list({ folder: inbox, filter, skip, take: 50, count: true })
        expect(page).toHaveLength(50)
        taken.push(rows.take())
      }
    }
    await items.page(inbox, count / 2, 50)
    taken.push(rows.take())
    await appendMessages(mailbox, inbox, 1)
    rows.take()
    await items.list({ folder: inbox, skip: 0, take: 50 })
    taken.push(rows.take())
    read.push(taken)
  }
  expect(read[1]).toEqual(read[0])
  expect(Math.max(...read[0]!)).toBeLessThan(120)
})

test('a page of any filter without text reads as many rows in a larger folder, wherever it is', async () => {
  const hour = 3_600_000
  const filters: readonly ItemFilter[] = [
    { is: 'all' },
    { is: 'read', value: false },
    { is: 'draft', value: false },
    { is: 'attachments', value: false },
    { is: 'flag', status: 'notFlagged' },
    { is: 'not', of: { is: 'category', value: 'Red' } },
    { is: 'importance', value: 'normal' },
    { is: 'time', of: 'received', from: 0 },
    { is: 'time', of: 'sent', before: Date.now() + hour },
    { is: 'time', of: 'created', from: 0 },
    { is: 'time', of: 'modified', from: 0 },
    { is: 'octets', from: 1 },
    { is: 'uid', from: 1 },
    { is: 'not', of: { is: 'internetMessageId', value: '<none@example.org>' } },
    { is: 'not', of: { is: 'conversation', threadId: 'T' } },
    { is: 'not', of: { is: 'text', in: 'fromAddress', how: 'equals', text: 'none@example.org' } },
    { is: 'not', of: { is: 'property', name: 'p', how: 'equals', value: 'v' } },
    { is: 'not', of: { is: 'number', name: 'p', operator: 'gt', value: 1 } },
  ]
  const read: number[][] = []
  for (const count of [1000, 10_000]) {
    const rows = new CountedRows()
    const { items, inbox } = await stageWith(count, rows.through)
    await items.list({ folder: inbox, skip: 0, take: 1 })
    const taken: number[] = []
    for (const filter of filters) {
      for (const skip of [0, count - 50]) {
        rows.take()
        const { items: page } = await items.list({ folder: inbox, filter, skip, take: 50 })
        expect(page).toHaveLength(filter.is === 'time' && filter.of === 'sent' ? 0 : 50)
        taken.push(rows.take())
      }
    }
    read.push(taken)
  }
  // The journal is searched by halves for the time of a change.
  const more = read[1]!.map((rows, nth) => rows - read[0]![nth]!)
  expect(Math.max(...more)).toBeLessThan(5)
  expect(Math.max(...read[0]!)).toBeLessThan(120)
})

test('figures of folders stay within their budget, and are read again when they are needed', async () => {
  const rows = new CountedRows()
  const stage = await openMailStore({ through: rows.through, limits: { itemOctets: 30_000 } })
  const mailbox = await stage.mailbox()
  const folders = [await folderIdOf(mailbox, 'INBOX'), await folderIdOf(mailbox, 'Archive')]
  for (const folder of folders) await appendMessages(mailbox, folder, 200)
  const listed = async (nth: number) => {
    rows.take()
    const { count } = await mailbox.items.list({ folder: folders[nth]!, skip: 0, take: 0, count: true })
    expect(count).toBe(200)
    return rows.take()
  }
  expect(await listed(0)).toBeGreaterThan(200)
  expect(await listed(0)).toBeLessThan(10)
  expect(await listed(1)).toBeGreaterThan(200)
  expect(await listed(0)).toBeGreaterThan(200)
})
