import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory, TestDisk } from '../../../test/support/disk.ts'
import { crashMigrations } from '../../../test/support/crash-migrations.ts'
import { TestWorld } from '../../../test/support/world.ts'
import { silentLog } from '../../core/log.ts'
import { realWorld } from '../../core/world.ts'
import { ask, type BlobRef, type Migration, sql, type Statement } from '../engine.ts'
import { openSqliteEngine, type SqliteOptions } from './engine.ts'

const notes: Migration = {
  number: 1,
  name: 'notes',
  up: () => ['create table note (id integer primary key, text text)'],
}

function* add(id: number, text = 'a note') {
  yield* ask(sql`insert into note (id, text) values (${id}, ${text})`)
}

async function opened(dir: string, options: Partial<SqliteOptions> = {}) {
  const engine = await openSqliteEngine({ dir, migrations: [notes], world: realWorld, log: silentLog, ...options })
  onTestFinished(() => engine.close().catch(() => {}))
  return engine
}

const count = sql`select count(*) as count from note`

test('writes that meet share a commit and a sync', async () => {
  const disk = new TestDisk()
  const engine = await opened(temporaryDirectory(), { disk, world: new TestWorld() })
  disk.syncs = 0
  await Promise.all(Array.from({ length: 200 }, (_, id) => engine.sql.write(() => add(id))))
  expect(disk.syncs).toBe(1)
  await Promise.all(Array.from({ length: 200 }, (_, n) => engine.blobs.append(Buffer.from(`${n}`))))
  expect(disk.syncs).toBe(2)
})

test('what queues while a group is on its way to the disk makes up the next one', async () => {
  const disk = new TestDisk()
  const engine = await opened(temporaryDirectory(), { disk, world: new TestWorld() })
  const release = disk.hold()
  disk.syncs = 0
  const first = engine.sql.write(() => add(0))
  while (disk.syncs === 0) await new Promise((resolve) => setImmediate(resolve))
  const others = Array.from({ length: 100 }, (_, n) => engine.sql.write(() => add(n + 1)))
  release()
  await Promise.all([first, ...others])
  expect(disk.syncs).toBe(2)
})

test('a long write lets others have their turn, though none that writes', async () => {
  let now = 0
  const engine = await opened(temporaryDirectory(), { world: { ...realWorld, elapsed: () => now++ } })
  await engine.sql.write(() => add(0))
  const order: string[] = []
  const long = engine.sql.write(function* () {
    for (let id = 1; id <= 200; id++) yield* add(id)
  })
  const next = engine.sql.write(() => add(1000)).then(() => order.push('next'))
  let turns = 0
  const ended = long.then(() => order.push('long'))
  while (order.length === 0) {
    await new Promise((resolve) => setImmediate(resolve))
    turns++
    if (order.length === 0) expect(await engine.sql.first(count)).toEqual({ count: 1 })
  }
  await Promise.all([ended, next])
  expect(turns).toBeGreaterThan(15)
  expect(order[0]).toBe('long')
  expect(await engine.sql.first(count)).toEqual({ count: 202 })
})

test('a long write that fails leaves nothing behind, and those beside it stand', async () => {
  let now = 0
  const engine = await opened(temporaryDirectory(), { world: { ...realWorld, elapsed: () => now++ } })
  const failing = engine.sql.write(function* () {
    for (let id = 1; id <= 100; id++) yield* add(id)
    throw new Error('thought better of it')
  })
  const outcomes = await Promise.allSettled([
    engine.sql.write(() => add(500)),
    failing,
    engine.sql.write(() => add(501)),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await engine.sql.all(sql`select id from note order by id`)).toEqual([{ id: 500 }, { id: 501 }])
})

test('a group is bounded, so that others get their turn', async () => {
  const disk = new TestDisk()
  const engine = await opened(temporaryDirectory(), { disk, world: new TestWorld() })
  disk.syncs = 0
  await Promise.all(Array.from({ length: 2000 }, (_, id) => engine.sql.write(() => add(id))))
  expect(disk.syncs).toBe(4)
  expect(await engine.sql.first(count)).toEqual({ count: 2000 })
})

test('when SQLite gives up a whole transaction, those who were in it fail and the others do not', async () => {
  const engine = await opened(temporaryDirectory())
  const results = await Promise.allSettled([
    engine.sql.write(() => add(1)),
    engine.sql.write(() => ask(sql`insert or rollback into note (id) values (1)`)),
    engine.sql.write(() => add(3)),
  ])
  expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  expect(await engine.sql.all(sql`select id from note`)).toEqual([{ id: 3 }])
})

test('nothing is shown, and nobody is answered, before it is durable', async () => {
  const disk = new TestDisk()
  const engine = await opened(temporaryDirectory(), { disk })
  const release = disk.hold()
  disk.syncs = 0
  let answered = false
  const written = engine.sql.write(() => add(1)).then(() => (answered = true))
  while (disk.syncs === 0) await new Promise((resolve) => setImmediate(resolve))
  expect(await engine.sql.first(count)).toEqual({ count: 0 })
  expect(answered).toBe(false)
  release()
  await written
  expect(await engine.sql.first(count)).toEqual({ count: 1 })
})

test('after a sync that failed nothing is shown, and nothing more is taken', async () => {
  const disk = new TestDisk()
  const engine = await opened(temporaryDirectory(), { disk })
  disk.failOnce(new Error('I/O error'))
  await expect(engine.sql.write(() => add(1))).rejects.toThrow('could not be written to')
  await expect(engine.sql.write(() => add(2))).rejects.toThrow('could not be written to')
  expect(await engine.sql.first(count)).toEqual({ count: 0 })
})

test('a database that has no room refuses what it does not hold, and goes on', async () => {
  const told: object[] = []
  const log = { ...silentLog, error: (fields: object) => void told.push(fields) }
  const dir = temporaryDirectory()
  const engine = await opened(dir, { log })
  const pages = (most: number) => engine.sql.write(() => ask({ parts: [`pragma max_page_count = ${most}`], args: [] }))
  await engine.sql.write(() => add(1))
  await pages(1)
  const large = 'x'.repeat(10_000)
  const outcomes = await Promise.allSettled([2, 3, 4].map((id) => engine.sql.write(() => add(id, large))))
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: { reason: 'no-room' } })
  expect(await engine.sql.first(count)).toEqual({ count: 1 })
  // A write that needs no more room succeeds.
  await engine.sql.write(() => ask(sql`update note set text = 'b note' where id = 1`))
  expect(told).toHaveLength(1)
  await pages(1000)
  await engine.sql.write(() => add(2, large))
  await engine.close()
  const again = await opened(dir)
  expect(await again.sql.all(sql`select id from note order by id`)).toEqual([{ id: 1 }, { id: 2 }])
  expect(await again.check()).toEqual([])
})

test('the WAL stays short under constant writing', async () => {
  const dir = temporaryDirectory()
  const engine = await opened(dir, { bounds: { soft: 100, hard: 400 } })
  let longest = 0
  for (let round = 0; round < 150; round++) {
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => engine.sql.write(() => add(round * 20 + n, 'x'.repeat(4000)))),
    )
    longest = Math.max(longest, statSync(join(dir, 'postern.db-wal')).size)
  }
  // 3,000 rows of a page each: the hard bound, and one group beyond it.
  expect(longest).toBeLessThan(500 * 4200)
  expect(await engine.sql.first(count)).toEqual({ count: 3000 })
})

test('reads go on while the WAL begins again', async () => {
  const engine = await opened(temporaryDirectory(), { bounds: { soft: 5, hard: 10 } })
  let written = 0
  const writing = (async () => {
    for (let id = 0; id < 200; id++) {
      await engine.sql.write(() => add(id))
      written = id + 1
    }
  })()
  let seen = 0
  while (seen < 200) {
    const before = written
    const now = (await engine.sql.first<{ count: number }>(count))!.count
    expect(now).toBeGreaterThanOrEqual(Math.max(before, seen))
    seen = now
    await new Promise((resolve) => setImmediate(resolve))
  }
  await writing
})

test('a whole number stays one on its way into an expression', async () => {
  const engine = await opened(temporaryDirectory())
  const row = await engine.sql.first(sql`select ${7} / 2 as half, typeof(${2 ** 53 - 1}) as type, ${1.5} as float`)
  expect({ ...row }).toEqual({ half: 3, type: 'integer', float: 1.5 })
})

test('statements that were put together at run time work like any other', async () => {
  const engine = await opened(temporaryDirectory())
  await engine.sql.write(() => add(3))
  for (let n = 0; n < 1000; n++) {
    const built: Statement = { parts: ['select id from note where id in (', `) and ${n} = ${n}`], args: [3] }
    expect(await engine.sql.first(built)).toEqual({ id: 3 })
  }
})

test('an older database is copied before it is changed, for nobody else to read', async () => {
  const dir = temporaryDirectory()
  const old = await opened(dir)
  await old.sql.write(() => add(1))
  await old.close()
  const drop: Migration = { number: 5, name: 'drop', up: () => ['drop table note'] }
  await (await opened(dir, { migrations: [notes, drop] })).close()

  expect(statSync(join(dir, 'postern.db.before-5')).mode & 0o777).toBe(0o600)
  const restored = temporaryDirectory()
  writeFileSync(join(restored, 'postern.db'), readFileSync(join(dir, 'postern.db.before-5')))
  expect(await (await opened(restored)).sql.first(count)).toEqual({ count: 1 })
})

test('a file that is not a database is refused in one sentence', async () => {
  const dir = temporaryDirectory()
  writeFileSync(join(dir, 'postern.db'), Buffer.alloc(8192, 'not a database '))
  await expect(opened(dir)).rejects.toMatchObject({
    reason: 'wrong-state',
    message: `The database ${join(dir, 'postern.db')} is damaged; restore it from a backup.`,
  })
})

test('a database with a damaged page is refused', async () => {
  const dir = temporaryDirectory()
  const engine = await opened(dir)
  for (let id = 0; id < 50; id++) await engine.sql.write(() => add(id, 'x'.repeat(2000)))
  await engine.close()
  const bytes = readFileSync(join(dir, 'postern.db'))
  bytes.fill(0x55, 8192, 16_384)
  writeFileSync(join(dir, 'postern.db'), bytes)
  await expect(opened(dir)).rejects.toMatchObject({ reason: 'wrong-state' })
})

test('an empty database beside bytes that somebody wrote is refused', async () => {
  const dir = temporaryDirectory()
  const engine = await opened(dir)
  await engine.blobs.append(Buffer.from('a message'))
  await engine.close()
  truncateSync(join(dir, 'postern.db'))
  await expect(opened(dir)).rejects.toMatchObject({ reason: 'wrong-state' })
})

test("another program's database is refused, and left as it was", async () => {
  const dir = temporaryDirectory()
  const other = new DatabaseSync(join(dir, 'postern.db'))
  other.exec('create table theirs (id integer)')
  other.close()
  const before = readFileSync(join(dir, 'postern.db'))
  await expect(opened(dir)).rejects.toMatchObject({ reason: 'unsupported' })
  expect(readFileSync(join(dir, 'postern.db')).equals(before)).toBe(true)
})

test('a path that is no directory is refused in one sentence', async () => {
  const file = join(temporaryDirectory(), 'file')
  writeFileSync(file, '')
  await expect(opened(file)).rejects.toMatchObject({
    reason: 'not-allowed',
    message: `The data directory ${file} cannot be used: it is not a directory.`,
  })
})

test('everything that was acknowledged survives kill -9, and the store knows that it was not closed', async () => {
  const dir = temporaryDirectory()
  const child = fork(new URL('../../../test/support/crash-writer.ts', import.meta.url), [dir], { silent: true })
  const acknowledged: { id: number; ref: string }[] = []
  for await (const line of createInterface({ input: child.stdout! })) {
    acknowledged.push(JSON.parse(line) as { id: number; ref: string })
    if (acknowledged.length === 500) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  expect(acknowledged.length).toBeGreaterThanOrEqual(500)

  const engine = await opened(dir, { migrations: crashMigrations })
  expect(engine.unclean).toBe(true)
  const rows = await engine.sql.all<{ id: number; text: string }>(sql`select id, text from note order by id`)
  const kept = new Map(rows.map(({ id, text }) => [id, text]))
  for (const { id, ref } of acknowledged) {
    expect(kept.get(id)).toBe(ref)
    expect(String(await engine.blobs.read(ref as BlobRef))).toBe(`note ${id}`)
  }
})
