import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createDatabase, PostgresServer, sharedPostgres } from '../../../test/support/postgres.ts'
import { temporaryDirectory } from '../../../test/support/disk.ts'
import { waitUntil } from '../../../test/support/lifecycle.ts'
import { acceleratedWorld } from '../../../test/support/world.ts'
import type { MailboxId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { realWorld, type World } from '../../core/world.ts'
import { ask, type Migration, named, sql } from '../engine.ts'
import { SegmentBlobs } from '../files/segments.ts'
import type { PostgresConnection } from './connection.ts'
import { openPostgresEngine, type PostgresEngine, type PostgresOptions } from './engine.ts'
import { checkDatabase } from './schema.ts'

const notes: Migration = {
  number: 1,
  name: 'notes',
  up: () => ['create table note (id bigint primary key, text text)'],
}

const mailbox = 1 as MailboxId
let nodes = 0

async function opened(url: string, given: Partial<PostgresOptions> = {}): Promise<PostgresEngine> {
  const dir = temporaryDirectory()
  const engine = await openPostgresEngine({
    url,
    node: { name: `node ${++nodes}`, version: '1.0.0' },
    migrations: [notes],
    world: realWorld,
    log: silentLog,
    blobs: { tables: [], open: () => SegmentBlobs.open(dir, { world: realWorld, log: silentLog }) },
    ...given,
  })
  onTestFinished(() => engine.close())
  return engine
}

/** The URL of an empty database. */
async function emptyDatabase(): Promise<string> {
  const database = await createDatabase()
  onTestFinished(() => database.drop())
  return database.url
}

/** Runs statements beside the engine. */
async function administer(url: string, ...texts: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    let rows: readonly Record<string, unknown>[] = []
    for (const text of texts) rows = (await client.query(text)).rows as Record<string, unknown>[]
    return rows
  } finally {
    await client.end()
  }
}

const add = function* (id: number) {
  yield* ask(sql`insert into note (id) values (${id})`)
}

const idsOf = async (engine: PostgresEngine) =>
  (await engine.sql.all<{ id: number }>(sql`select id from note order by id`)).map(({ id }) => id)

const refused = (reason: string, text: RegExp) => ({
  name: 'Refusal',
  reason,
  message: expect.stringMatching(text) as unknown,
})

describe('a start is refused with what fixes it', () => {
  test('when the texts of the database sort by a language', async () => {
    const url = new URL(await emptyDatabase())
    url.pathname = '/sorted'
    await administer(
      await sharedPostgres(),
      `create database sorted template template0 locale 'C' encoding 'UTF8' locale_provider icu icu_locale 'en'`,
    )
    onTestFinished(async () => void (await administer(await sharedPostgres(), 'drop database sorted with (force)')))
    await expect(opened(url.href)).rejects.toMatchObject(refused('unsupported', /createdb .*--locale=C/))
  })

  test('when there is no such database, or no server', async () => {
    const url = new URL(await sharedPostgres())
    url.pathname = '/missing'
    await expect(opened(url.href)).rejects.toMatchObject(refused('no-such-thing', /createdb/))
    url.port = '1'
    await expect(opened(url.href)).rejects.toMatchObject(refused('busy', /postgres\.url/))
  })

  test('when the server is too old', async () => {
    const found = { version: 160_004, collation: 'C', encoding: 'UTF8' }
    const old = { run: async () => [found] } as unknown as PostgresConnection
    await expect(checkDatabase(old, realWorld, silentLog)).rejects.toMatchObject(
      refused('unsupported', /PostgreSQL 16; Postern needs 17 or later: .*pg_upgrade/),
    )
  })

  test('when the user may not create tables', async () => {
    const url = new URL(await emptyDatabase())
    const user = `limited_${url.pathname.slice(1)}`
    await administer(url.href, `create role ${user} login`)
    onTestFinished(async () => void (await administer(await sharedPostgres(), `drop role ${user}`)))
    url.username = user
    await expect(opened(url.href)).rejects.toMatchObject(refused('not-allowed', /owner to/))
  })

  test('when the clock of the machine is off by minutes', async () => {
    const world = { ...realWorld, now: () => Date.now() + 180_000 }
    await expect(opened(await emptyDatabase(), { world })).rejects.toMatchObject(refused('wrong-state', /180 s/))
  })

  test('when another node of that name runs, but not when it ended', async () => {
    const url = await emptyDatabase()
    const node = { name: 'mail1', version: '1.0.0' }
    const first = await opened(url, { node })
    // The second node waits for the name: a twentieth as long as in practice.
    const world: World = { ...realWorld, after: (milliseconds, run) => realWorld.after(milliseconds / 20, run) }
    await expect(opened(url, { node, world })).rejects.toMatchObject(refused('already-exists', /node\.name/))
    await first.close()
    await opened(url, { node })
  })

  test('when the database belongs to another program', async () => {
    const url = await emptyDatabase()
    await administer(url, 'create table customer (id bigint)')
    await expect(opened(url)).rejects.toMatchObject(refused('unsupported', /empty database/))
  })
})

describe('the schema', () => {
  const index: Migration = {
    number: 2,
    name: 'index',
    compatibleSince: notes.number,
    up: () => ['create index concurrently note_text on note (text)'],
  }

  test('an older program runs beside a newer one whose steps say so', async () => {
    const url = await emptyDatabase()
    const old = await opened(url)
    await old.sql.write(() => add(1))
    await opened(url, { migrations: [notes, index] })
    await old.sql.write(() => add(2))
    expect(await idsOf(await opened(url))).toEqual([1, 2])
  })

  test('a program that is two versions older is refused, if a step needs the one before', async () => {
    const url = await emptyDatabase()
    const contract: Migration = {
      number: 3,
      name: 'contract',
      compatibleSince: index.number,
      up: () => ['alter table note drop column text'],
    }
    const old = await opened(url, { migrations: [notes, index] })
    await opened(url, { migrations: [notes, index, contract] })
    await old.sql.write(() => add(1))
    expect(await idsOf(await opened(url, { migrations: [notes, index] }))).toEqual([1])
    await expect(opened(url)).rejects.toMatchObject(refused('unsupported', /step 3/))
  })

  test('an index whose creation failed is made again', async () => {
    const url = await emptyDatabase()
    await opened(url)
    await administer(
      url,
      'create index note_text on note (text)',
      `update pg_index set indisvalid = false where indexrelid = 'note_text'::regclass`,
    )
    const engine = await opened(url, { migrations: [notes, index] })
    expect(await engine.check()).toEqual([])
  })

  test('nodes that start at the same time create it once', async () => {
    const url = await emptyDatabase()
    const migrations = [notes, index]
    const engines = await Promise.all([1, 2, 3].map(() => opened(url, { migrations })))
    await engines[2]!.sql.write(() => add(1))
    expect(await idsOf(engines[0]!)).toEqual([1])
  })

  test('statements prepared before a column was added run after it', async () => {
    const url = await emptyDatabase()
    const engine = await opened(url)
    const all = () => engine.sql.all(sql`select * from note`)
    for (let n = 0; n < 20; n++) await all()
    await engine.sql.write(() => add(1))
    await administer(url, 'alter table note add column mood text')
    for (let n = 0; n < 20; n++) expect(await all()).toEqual([{ id: 1, text: null, mood: null }])
  })
})

const restores = (engine: PostgresEngine) => [engine.restores?.(), engine.wasRestored]

test('a database that was restored is known by its epoch, at all nodes and once', async () => {
  const url = await emptyDatabase()
  const before = await opened(url)
  expect(restores(before)).toEqual([0, false])
  await before.close()
  const copy = await createDatabase(new URL(url).pathname.slice(1))
  onTestFinished(() => copy.drop())
  const both = await Promise.all([opened(copy.url), opened(copy.url)])
  expect(both.map((engine) => engine.restores?.())).toEqual([1, 1])
  expect(both.filter((engine) => engine.wasRestored)).toHaveLength(1)
  expect(restores(await opened(copy.url))).toEqual([1, false])
  expect(restores(await opened(url))).toEqual([0, false])
})

test('a user who is no administrator of the server can use a database of its own', async () => {
  const database = await createDatabase()
  const url = new URL(database.url)
  const name = url.pathname.slice(1)
  const user = `owner_${name}`
  await administer(url.href, `create role ${user} login`, `alter database ${name} owner to ${user}`)
  onTestFinished(async () => {
    await database.drop()
    await administer(await sharedPostgres(), `drop role ${user}`)
  })
  url.username = user
  const engine = await opened(url.href)
  await engine.sql.write(() => add(1))
  expect(await idsOf(engine)).toEqual([1])
  await engine.close()
})

test('a text with NUL finds nothing and is refused in a write', async () => {
  const engine = await opened(await emptyDatabase())
  await engine.sql.write(() => add(1))
  const text = 'a\0b'
  expect(await engine.sql.all(sql`select id from note where text = ${text}`)).toEqual([])
  expect(await engine.sql.first(sql`select count(*) as count from note where text = ${text}`)).toEqual({ count: 0 })
  for (const holds of [[], [mailbox]]) {
    const write = engine.sql.write(() => ask(sql`insert into note (id, text) values (2, ${text})`), holds)
    await expect(write).rejects.toMatchObject({ name: 'Refusal', reason: 'bad-syntax' })
  }
  expect(await idsOf(engine)).toEqual([1])
})

test('a body that always conflicts is refused after ten runs', async () => {
  const engine = await opened(await emptyDatabase())
  let runs = 0
  const conflict = engine.sql.write(function* () {
    runs++
    yield* add(1)
    yield* ask({ parts: [`do $$ begin raise exception 'conflict' using errcode = '40001'; end $$`], args: [] })
  })
  await expect(conflict).rejects.toMatchObject({ name: 'Refusal', reason: 'busy' })
  expect(runs).toBe(10)
  expect(await idsOf(engine)).toEqual([])
})

test('a write that always ends its connection is refused, and fails no other', async () => {
  const engine = await opened(await emptyDatabase())
  let runs = 0
  const writes = [1, 2, 3].map((id) =>
    engine.sql.write(
      function* () {
        yield* add(id)
        if (id !== 2) return
        runs++
        yield* ask(sql`select pg_terminate_backend(pg_backend_pid()) as ended`)
      },
      [mailbox],
    ),
  )
  const outcomes = await Promise.allSettled(writes)
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(outcomes[1]).toMatchObject({ reason: { name: 'Refusal', reason: 'busy' } })
  expect(runs).toBe(12)
  expect(await idsOf(engine)).toEqual([1, 3])
})

test('a check that takes long holds up no heartbeat', async () => {
  const url = await emptyDatabase()
  const engine = await opened(url, { world: acceleratedWorld(50) })
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query('begin; lock table note in access exclusive mode')
  const faults = engine.check()
  for (let beat = 0; beat < 5; beat++) {
    const [before] = await administer(url, 'select heartbeat::text from engine_node')
    await vi.waitFor(async () => {
      expect(await administer(url, 'select heartbeat::text from engine_node')).not.toEqual([before])
    }, 10_000)
  }
  await client.query('rollback')
  await client.end()
  expect(await faults).toEqual([])
})

test('more texts than a connection keeps prepared can run', async () => {
  const engine = await opened(await emptyDatabase())
  const results = await Promise.all(
    Array.from({ length: 3000 }, (_, n) => engine.sql.first({ parts: [`select ${n % 1500} as n`], args: [] })),
  )
  expect(results).toEqual(results.map((_, n) => ({ n: n % 1500 })))
})

test('connections that the server ends are opened again; writes and notices go on', async () => {
  const url = await emptyDatabase()
  const engine = await opened(url)
  let woken = 0
  engine.notifier.subscribe(named('keys'), () => woken++)
  const ended = `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`
  const acknowledged: number[] = []
  for (let round = 0; round < 5; round++) {
    const numbers = Array.from({ length: 40 }, (_, n) => round * 40 + n)
    const writes = numbers.map((n) => engine.sql.write(() => add(n), [(n % 40) as MailboxId]))
    const settled = Promise.allSettled(writes)
    await administer(url, ended)
    for (const [n, result] of (await settled).entries()) {
      // The answer to a commit can be lost together with the number of its transaction.
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ detail: { outcome: 'unknown' } })
      else acknowledged.push(numbers[n]!)
    }
    expect(await idsOf(engine)).toEqual(expect.arrayContaining(acknowledged))
    await waitUntil(() => woken > round)
  }
  expect(acknowledged.length).toBeGreaterThan(100)
})

/** A server between the engine and PostgreSQL that can lose answers. */
class Between {
  #losing: RegExp | undefined
  /** The number of answers to commits that were lost. */
  lost = 0
  readonly #sockets = new Set<Socket>()
  readonly server = createServer((engine) => this.#join(engine))
  readonly #port: number

  constructor(port: number) {
    this.#port = port
  }

  async url(database: string): Promise<string> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    onTestFinished(() => {
      for (const socket of this.#sockets) socket.destroy()
      this.server.close()
    })
    const url = new URL(database)
    url.hostname = '127.0.0.1'
    url.port = String((this.server.address() as { port: number }).port)
    return url.href
  }

  /** Cuts the connection that next sends such a text, once PostgreSQL has answered it. */
  loseAnswerTo(text: RegExp): void {
    this.#losing = text
  }

  #join(engine: Socket): void {
    const database = connect(this.#port, '127.0.0.1')
    let losing = false
    for (const socket of [engine, database]) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        engine.destroy()
        database.destroy()
      })
    }
    engine.on('data', (data) => {
      if (this.#losing?.test(data.toString('latin1'))) {
        losing = true
        this.#losing = undefined
      }
      database.write(data)
    })
    database.on('data', (data) => {
      if (!losing) engine.write(data)
      else if (data.toString('latin1').includes('COMMIT')) {
        this.lost++
        engine.destroy()
      }
    })
  }
}

test('a commit whose answer is lost is found out, and nothing is written twice', async () => {
  const database = await emptyDatabase()
  const between = new Between(Number(new URL(database).port))
  const engine = await opened(await between.url(database))
  const insert = (text: string) =>
    engine.sql.write(
      function* () {
        yield* ask(sql`insert into note (id, text) select coalesce(max(id), 0) + 1, ${text} from note`)
        return (yield* ask<{ last: number }>(sql`select max(id) as last from note`))[0]!.last
      },
      [mailbox],
    )
  expect(await insert('first')).toBe(1)
  between.loseAnswerTo(/\bcommit\b/)
  const outcome = await insert('second').catch((error: unknown) => error)
  expect(between.lost).toBe(1)
  // Its transaction id may be lost with the answer: then the caller is told that nobody knows.
  if (outcome !== 2) expect(outcome).toMatchObject({ reason: 'busy', detail: { outcome: 'unknown' } })
  expect(await engine.sql.all(sql`select text from note order by id`)).toEqual([{ text: 'first' }, { text: 'second' }])
  expect(await insert('third')).toBe(3)
})

/** The rows, as soon as the engine has a connection again. */
async function onceBack(engine: PostgresEngine): Promise<readonly number[]> {
  for (;;) {
    try {
      return await idsOf(engine)
    } catch {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

describe('a database that stops at once', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await PostgresServer.start({ fsync: true })
  })
  afterAll(() => server.close())

  test('gives a lost transaction id again, and then its statistics are of another time', async () => {
    const url = server.url()
    const era = async () => (await administer(url, 'select pg_stat_get_bgwriter_stat_reset_time()::text as era'))[0]!
    const id = 'select pg_current_xact_id()::text as id'
    await administer(url, 'create database ids')
    const other = server.url('ids')
    await administer(other, 'create table lost (id integer)')
    const before = await era()
    const client = new Client({ connectionString: other })
    client.on('error', () => {})
    await client.connect()
    await client.query('begin')
    await client.query('insert into lost values (1)')
    const { rows } = await client.query<Record<string, unknown>>(id)
    await server.stop('QUIT')
    await server.restart()
    expect(await administer(other, 'begin', 'insert into lost values (2)', id)).toEqual(rows)
    expect(await era()).not.toEqual(before)
  })

  test('loses no acknowledged write, and refuses quickly while it is away', async () => {
    const engine = await opened(server.url())
    const acknowledged = new Set<number>()
    const failed = new Map<number, unknown>()
    let next = 0
    const done = new AbortController()
    const writer = async (of: number) => {
      while (!done.signal.aborted) {
        const id = next++
        await engine.sql
          .write(() => add(id), [of as MailboxId])
          .then(
            () => acknowledged.add(id),
            (error: unknown) => failed.set(id, error),
          )
      }
    }
    const writers = [1, 2, 3, 4].map(writer)
    for (let round = 0; round < 3; round++) {
      const before = acknowledged.size
      await waitUntil(() => acknowledged.size > before + 50)
      await server.stop('QUIT')
      await server.restart()
    }
    const before = acknowledged.size
    await waitUntil(() => acknowledged.size > before + 50)
    await server.stop('QUIT')
    const refused = failed.size
    await waitUntil(() => failed.size > refused)
    await expect(engine.sql.all(sql`select 1`)).rejects.toMatchObject({ reason: 'busy' })
    done.abort()
    await Promise.all(writers)
    await server.restart()
    const found = new Set(await onceBack(engine))
    expect([...acknowledged].filter((id) => !found.has(id))).toEqual([])
    for (const error of failed.values()) expect(error).toMatchObject({ name: 'Refusal', reason: 'busy' })
  })
})
