import { describe, expect, test } from 'vitest'
import type { MailboxId, TenantId } from '../../../src/core/ids.ts'
import { ask, askOne, type Engine, named, sql } from '../../../src/storage/engine.ts'
import { waitUntil } from '../../support/lifecycle.ts'
import { add, ids, type MakeDirectory, opened } from './directory.ts'

const mailbox = 1 as MailboxId
const other = 2 as MailboxId

/** The contract of several engines over one store. Those of a quick place look at marks and leases more often. */
export function nodesContract(name: string, makePlace: MakeDirectory, makeQuickPlace: MakeDirectory): void {
  async function two(make = makePlace): Promise<readonly [Engine, Engine]> {
    const place = make()
    return [await opened(place), await opened(place)]
  }

  describe(`${name}: several nodes`, () => {
    test.each([
      ['with a hold', [named('notes')]],
      ['without holds', []],
    ])('of two writes that read, then write, %s, one finds the row free', async (_, holds) => {
      const engines = await two()
      const rows = Array.from({ length: 30 }, (_, id) => id)
      for (const id of rows) await engines[0].sql.write(() => add(id), holds)
      for (const id of rows) {
        const taken = await Promise.all(engines.map(({ sql }) => sql.write(() => take(id), holds)))
        expect(taken.filter(Boolean)).toHaveLength(1)
      }
    })

    test('numbers that are counted under a hold have no gap, for readers of either node', async () => {
      const engines = await two()
      const done = new AbortController()
      const reader = async ({ sql: rows }: Engine) => {
        while (!done.signal.aborted) {
          const row = await rows.first<{ count: number; last: number }>(
            sql`select count(*) as count, coalesce(max(id), 0) as last from note`,
          )
          expect(row!.last).toBe(row!.count)
        }
      }
      const readers = engines.map(reader)
      const numbers = await Promise.all(
        Array.from({ length: 80 }, (_, n) => engines[n % 2]!.sql.write(next, [mailbox])),
      )
      done.abort()
      await Promise.all(readers)
      expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, n) => n + 1))
    })

    test('writes that hold the same rows in different orders wait for each other, and all succeed', async () => {
      const engines = await two()
      await Promise.all(
        Array.from({ length: 60 }, (_, n) =>
          engines[n % 2]!.sql.write(() => add(n), n % 3 === 0 ? [mailbox, other] : [other, mailbox]),
        ),
      )
      expect(await ids(engines[0])).toHaveLength(60)
    })

    test('a failed write takes nothing from those of its group at either node', async () => {
      const engines = await two()
      const results = await Promise.allSettled(
        Array.from({ length: 60 }, (_, n) =>
          engines[n % 2]!.sql.write(
            function* () {
              yield* add(n)
              if (n % 7 === 0) throw new Error('on purpose')
              if (n % 11 === 0) yield* add(n)
            },
            [(n % 5) as MailboxId],
          ),
        ),
      )
      expect(results.map(({ status }) => status === 'fulfilled')).toEqual(results.map((_, n) => succeeds(n)))
      expect(await ids(engines[1])).toEqual(results.map((_, n) => n).filter(succeeds))
    })

    test('a notice wakes subscribers of its topic at every node, once', async () => {
      const engines = await two()
      const topics = [mailbox, '0190aaaa-0000-7000-8000-00000000abcd' as TenantId, named('keys of é')]
      const heard: string[] = []
      for (const [at, { notifier }] of engines.entries()) {
        for (const topic of topics) notifier.subscribe(topic, () => heard.push(`${at} ${topic}`))
        notifier.subscribe(other, () => heard.push('other'))
      }
      for (const topic of topics) engines[0].notifier.notify(topic)
      await waitUntil(() => heard.length >= 6)
      // A notice that comes later shows that nothing else is on its way.
      engines[0].notifier.notify(topics[0]!)
      await waitUntil(() => heard.length >= 8)
      expect(heard.toSorted()).toEqual(
        [0, 1].flatMap((at) => [topics[0], ...topics].map((topic) => `${at} ${topic}`)).toSorted(),
      )
    })

    test('a lost notice is found by its mark', async () => {
      const engines = await two(makeQuickPlace)
      let mark = 1
      let woken = 0
      engines[1].notifier.subscribe(mailbox, () => woken++)
      engines[1].notifier.marks('mailbox', async (topics) => new Map(topics.map((topic) => [topic, mark])))
      await waitUntil(() => woken === 1)
      mark = 2
      await waitUntil(() => woken === 2)
    })

    test('a job runs at one node, and at the other when that one closes', async () => {
      const engines = await two(makeQuickPlace)
      const running: number[] = []
      let most = 0
      for (const [at, { leases }] of engines.entries()) {
        leases.run('job', async (signal) => {
          running.push(at)
          most = Math.max(most, running.length)
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
          running.splice(running.indexOf(at), 1)
        })
      }
      await waitUntil(() => running.length === 1)
      const [first] = running
      await engines[first!]!.close()
      await waitUntil(() => running.length === 1)
      expect(running).toEqual([1 - first!])
      expect(most).toBe(1)
    })
  })
}

function* take(id: number) {
  const row = yield* askOne<{ count: number | null }>(sql`select count from note where id = ${id}`)
  if (row?.count !== null) return false
  yield* ask(sql`update note set count = 1 where id = ${id}`)
  return true
}

function* next() {
  const last = yield* askOne<{ id: number }>(sql`select id from note order by id desc limit 1`)
  return yield* add((last?.id ?? 0) + 1)
}

const succeeds = (n: number) => n % 7 !== 0 && n % 11 !== 0
