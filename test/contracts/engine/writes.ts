import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal, refuse } from '../../../src/core/refusal.ts'
import { ask, askOne, sql, type SqlValue } from '../../../src/storage/engine.ts'
import { add, ids, type MakeDirectory, opened } from './directory.ts'

/** Transactions, their order, and what readers see of them. */
export function writesContract(name: string, makePlace: MakeDirectory): void {
  describe(`${name}: writes`, () => {
    test('a write returns what its body returns, and is there to be read', async () => {
      const engine = await opened(makePlace())
      expect(await engine.sql.write(() => add(7))).toBe(7)
      expect(await engine.sql.first(sql`select text from note where id = ${7}`)).toEqual({ text: 'note 7' })
    })

    test('a write that throws leaves nothing behind and fails with what it threw', async () => {
      const engine = await opened(makePlace())
      const failing = engine.sql.write(function* () {
        yield* add(1)
        yield* add(2)
        return refuse('over-quota', 'No more notes')
      })
      await expect(failing).rejects.toThrow(new Refusal('over-quota', 'No more notes'))
      expect(await ids(engine)).toEqual([])
    })

    test('a write that throws fails its own caller only', async () => {
      const engine = await opened(makePlace())
      const results = await Promise.allSettled([
        engine.sql.write(() => add(1)),
        engine.sql.write(function* () {
          yield* add(2)
          throw new Error('a bug')
        }),
        engine.sql.write(() => add(1)),
        engine.sql.write(() => add(3)),
        engine.sql.write(() => {
          throw new Error('before the first statement')
        }),
      ])
      expect(results.map((result) => result.status)).toEqual([
        'fulfilled',
        'rejected',
        'rejected',
        'fulfilled',
        'rejected',
      ])
      expect(await ids(engine)).toEqual([1, 3])
    })

    test('a failed statement is thrown at its yield, where it can become a refusal', async () => {
      const engine = await opened(makePlace())
      await engine.sql.write(() => add(1))
      const second = engine.sql.write(function* () {
        try {
          yield* add(1)
        } catch {
          refuse('already-exists', 'There is a note 1')
        }
      })
      await expect(second).rejects.toMatchObject({ reason: 'already-exists' })
    })

    test('writes run and are answered in the order in which they were given', async () => {
      const engine = await opened(makePlace())
      const ran: number[] = []
      const answered: number[] = []
      await Promise.all(
        Array.from({ length: 50 }, async (_, n) => {
          await engine.sql.write(function* () {
            ran.push(n)
            yield* add(n)
          })
          answered.push(n)
        }),
      )
      expect(ran).toEqual(Array.from({ length: 50 }, (_, n) => n))
      expect(answered).toEqual(ran)
    })

    test('a write sees what those before it wrote', async () => {
      const engine = await opened(makePlace())
      expect(await Promise.all(Array.from({ length: 20 }, () => engine.sql.write(next)))).toEqual(
        Array.from({ length: 20 }, (_, n) => n + 1),
      )
    })

    test('what was written is there after a restart', async () => {
      const place = makePlace()
      const first = await opened(place)
      await first.sql.write(() => add(1))
      await first.close()
      expect(await ids(await opened(place))).toEqual([1])
    })

    test('close finishes the writes under way, and later ones fail', async () => {
      const place = makePlace()
      const first = await opened(place)
      const written = first.sql.write(() => add(1))
      await first.close()
      expect(await written).toBe(1)
      await expect(first.sql.write(() => add(2))).rejects.toThrow('closed')
      expect(await ids(await opened(place))).toEqual([1])
    })

    test('any text, whole number, octets and null come back as they were given', async () => {
      const engine = await opened(makePlace())
      let id = 0
      const text = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))
      const count = fc.option(fc.maxSafeInteger())
      const octets = fc.option(fc.uint8Array())
      await fc.assert(
        fc.asyncProperty(text, count, octets, async (text, count, octets) => {
          id++
          await engine.sql.write(() =>
            ask(sql`insert into note (id, text, count, octets) values (${id}, ${text}, ${count}, ${octets})`),
          )
          const row = await engine.sql.first<Record<string, SqlValue>>(sql`select * from note where id = ${id}`)
          expect({ ...row }).toEqual({ id, text, count, octets })
        }),
        { numRuns: 50 },
      )
    })

    test('any interleaving of writes, failing writes and reads ends as if they had come one by one', async () => {
      const step = fc.record({
        kind: fc.constantFrom('add', 'remove', 'fail', 'read'),
        id: fc.integer({ min: 1, max: 6 }),
        pause: fc.boolean(),
      })
      const engine = await opened(makePlace())
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          await engine.sql.write(() => ask(sql`delete from note`))
          const model = new Set<number>()
          const durable: number[][] = [[]]
          const underWay: Promise<unknown>[] = []
          for (const { kind, id, pause } of steps) {
            if (kind === 'read') {
              // A read shows one of the states between two writes, never half a write.
              const shown = await ids(engine)
              expect(durable).toContainEqual(shown)
            } else {
              const outcome = engine.sql.write(function* () {
                if (kind === 'remove') yield* ask(sql`delete from note where id = ${id}`)
                else yield* add(id)
                if (kind === 'fail') throw new Error('on purpose')
              })
              const succeeds = kind === 'remove' || (kind === 'add' && !model.has(id))
              underWay.push(
                outcome.then(
                  () => expect(succeeds).toBe(true),
                  () => expect(succeeds).toBe(false),
                ),
              )
              if (succeeds) model[kind === 'remove' ? 'delete' : 'add'](id)
              durable.push(ascending(model))
            }
            if (pause) await new Promise((resolve) => setImmediate(resolve))
          }
          await Promise.all(underWay)
          expect(await ids(engine)).toEqual(ascending(model))
        }),
        { numRuns: 60 },
      )
    })
  })
}

function* next() {
  const last = yield* askOne<{ id: number }>(sql`select id from note order by id desc limit 1`)
  return yield* add((last?.id ?? 0) + 1)
}

const ascending = (numbers: ReadonlySet<number>) => [...numbers].sort((a, b) => a - b)
