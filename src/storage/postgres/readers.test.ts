import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createDatabase } from '../../../test/support/postgres.ts'
import { TestWorld } from '../../../test/support/world.ts'
import { silentLog } from '../../core/log.ts'
import { realWorld } from '../../core/world.ts'
import { sql } from '../engine.ts'
import { PostgresConnection } from './connection.ts'
import { Link } from './link.ts'
import { Readers } from './readers.ts'

const neverOpened = () => new Promise<PostgresConnection>(() => {})

test('a read that takes long does not hold up the reads after it', async () => {
  const database = await createDatabase()
  onTestFinished(() => database.drop())
  const { url } = database
  const open = () => PostgresConnection.open(url)
  const readers = new Readers([1, 2, 3].map(() => new Link({ open, world: realWorld, log: silentLog })))
  onTestFinished(() => readers.close())
  const holder = new Client({ connectionString: url })
  await holder.connect()
  holder.on('error', () => {})
  await readers.all(sql`select 1 as one`)
  await holder.query('select pg_advisory_lock(7)')
  const long = readers.all(sql`select count(pg_advisory_lock(7)) as locks`)
  // Those that are sent behind it open another connection.
  const behind: Promise<unknown>[] = []
  await expect
    .poll(async () => {
      behind.push(readers.all(sql`select 1 as one`))
      const { rows } = await holder.query(
        'select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
      return rows.length
    })
    .toBe(2)
  expect(await readers.all(sql`select 2 as two`)).toEqual([{ two: 2 }])
  await holder.end()
  await Promise.all([long, ...behind])
})

test('more reads than may wait are refused busy', async () => {
  const world = new TestWorld()
  const readers = new Readers([new Link({ open: neverOpened, world, log: silentLog })], 3)
  const waiting = [1, 2, 3].map(() => readers.all(sql`select 1`))
  await expect(readers.all(sql`select 1`)).rejects.toThrow('Too many')
  world.advance(5000)
  for (const read of waiting) await expect(read).rejects.toThrow('cannot be reached')
  const later = readers.all(sql`select 1`)
  world.advance(0)
  await expect(later).rejects.toThrow('cannot be reached')
})
