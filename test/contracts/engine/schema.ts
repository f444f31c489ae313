import { describe, expect, test } from 'vitest'
import { type Migration, sql } from '../../../src/storage/engine.ts'
import { add, ids, type MakeDirectory, notes, opened } from './directory.ts'

const moods: Migration = {
  number: 2,
  name: 'moods',
  up: () => [`alter table note add column mood text not null default 'calm'`],
}

/** Numbered steps, and what a program does with a database of another age. */
export function schemaContract(name: string, makePlace: MakeDirectory): void {
  describe(`${name}: schema`, () => {
    test('steps are applied in ascending order, once', async () => {
      const place = makePlace()
      const first = await opened(place, [moods, notes])
      await first.sql.write(() => add(1))
      await first.close()
      const again = await opened(place, [notes, moods])
      expect(await again.sql.first(sql`select mood from note`)).toEqual({ mood: 'calm' })
    })

    test('an older database takes the steps that are missing and keeps what it holds', async () => {
      const place = makePlace()
      const old = await opened(place)
      await old.sql.write(() => add(1))
      await old.close()
      const upgraded = await opened(place, [notes, moods])
      expect(await upgraded.sql.first(sql`select id, mood from note`)).toEqual({ id: 1, mood: 'calm' })
    })

    test('a database of a newer program is refused, and left as it was', async () => {
      const place = makePlace()
      const newer = await opened(place, [notes, moods])
      await newer.sql.write(() => add(1))
      await newer.close()
      await expect(place.open([notes])).rejects.toMatchObject({ name: 'Refusal', reason: 'unsupported' })
      expect(await ids(await opened(place, [notes, moods]))).toEqual([1])
    })

    test('a step that fails leaves nothing of the others behind', async () => {
      const place = makePlace()
      const broken: Migration = { number: 3, name: 'broken', up: () => ['insert into nowhere values (1)'] }
      await expect(place.open([notes, broken])).rejects.toThrow('nowhere')
      const engine = await opened(place)
      expect(await ids(engine)).toEqual([])
    })

    test('two steps of one number are a bug', async () => {
      const place = makePlace()
      await expect(place.open([notes, { ...moods, number: 1 }])).rejects.toThrow('number 1')
    })

    test('a new store, and one that was closed, are clean', async () => {
      const place = makePlace()
      const engine = await opened(place)
      expect(engine.unclean).toBe(false)
      await engine.close()
      expect((await opened(place)).unclean).toBe(false)
    })
  })
}
