import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { RunningServer } from '../../../../test/support/command-line.ts'
import { temporaryDirectory } from '../../../../test/support/disk.ts'
import { FailingEngine } from '../../../../test/support/failing-engine.ts'
import { TestWorld } from '../../../../test/support/world.ts'
import { silentLog } from '../../../core/log.ts'
import type { Reason } from '../../../core/refusal.ts'
import { ask, type Engine, sql } from '../../../storage/engine.ts'
import { openSqliteEngine } from '../../../storage/sqlite/engine.ts'
import { openSqliteToRead } from '../../../storage/sqlite/open-to-read.ts'
import { migrations } from '../../services.ts'
import { migrateStore, type MigrationReport, type MigrationWatcher } from './migrate-store.ts'

const MESSAGES = 90
const deps = { migrations, world: new TestWorld(), log: silentLog }

/** A stopped server with a mailbox full of messages. */
async function stoppedServer(): Promise<RunningServer> {
  const server = await RunningServer.start()
  onTestFinished(() => server.close())
  await server.json('New-Mailbox', '-Shared', '-Name', 'info')
  const dir = path.join(server.folder, 'mail')
  await mkdir(dir)
  for (let n = 0; n < MESSAGES; n++) {
    const name = `${String(n).padStart(3, '0')}.eml`
    await writeFile(path.join(dir, name), `Subject: ${n}\r\n\r\n${'ä'.repeat(n)}\r\n`)
  }
  await server.json('import', 'info@contoso.test', dir)
  await server.stop()
  return server
}

async function sourceIn(dir: string): Promise<Engine> {
  const engine = await openSqliteToRead({ dir, ...deps })
  onTestFinished(() => engine.close())
  return engine
}

async function targetIn(dir: string): Promise<Engine> {
  const engine = await openSqliteEngine({ dir, ...deps })
  onTestFinished(() => engine.close())
  return engine
}

const assignAfter = (table: string, _column: string, value: number) =>
  sql`update sqlite_sequence set seq = ${value} where name = ${table}`

const refused = (reason: Reason) => expect.objectContaining({ reason })

const watcher: MigrationWatcher = { phase: () => {}, advance: () => {} }

const migrate = (source: Engine, target: Engine): Promise<MigrationReport> =>
  migrateStore({ source, target, assignAfter, watcher })

it('a migrated store has every row and every octet, however often the migration was interrupted', async () => {
  const server = await stoppedServer()
  const source = await sourceIn(server.data)
  const folder = temporaryDirectory()
  const target = await targetIn(path.join(folder, 'data'))
  const failing = new FailingEngine()
  let report: MigrationReport | undefined
  let interruptions = 0
  while (!report) {
    failing.failAfter(interruptions * 2)
    report = await migrate(source, failing.over(target)).catch((thrown: Error) => {
      expect(thrown.message).toBe('The engine failed')
      interruptions++
      return undefined
    })
  }
  expect(interruptions).toBeGreaterThan(8)
  expect(report.blobs).toBeGreaterThanOrEqual(MESSAGES)
  await expect(migrate(source, target)).rejects.toEqual(refused('already-exists'))
  const largest = sql`select seq from sqlite_sequence where name = 'mail_message'`
  expect(await target.sql.first(largest)).toEqual(await source.sql.first(largest))
  await target.close()

  const copy = await RunningServer.on(folder)
  onTestFinished(() => copy.close())
  const out = path.join(folder, 'out')
  expect(await copy.json('export', 'info@contoso.test', out)).toMatchObject({ exported: MESSAGES })
  await copy.stop()
  expect((await copy.run(['verify'])).out).toContain(`${MESSAGES} messages`)
  expect((await copy.run(['verify'])).code).toBe(0)
})

it('a target with other data is refused, and stays as it is', async () => {
  const server = await stoppedServer()
  const source = await sourceIn(server.data)
  const target = await targetIn(temporaryDirectory())
  await target.sql.write(function* () {
    yield* ask(sql`insert into mail_quota (mailbox, octets) values (1, 2)`)
  })
  await expect(migrate(source, target)).rejects.toEqual(refused('already-exists'))
  expect(await target.sql.all(sql`select mailbox from mail_quota`)).toEqual([{ mailbox: 1 }])
  expect(await target.sql.first(sql`select id from directory_tenant`)).toBeUndefined()
})

it('a target that another store is being copied to is refused', async () => {
  const [one, other] = [await stoppedServer(), await stoppedServer()]
  const target = await targetIn(temporaryDirectory())
  const failing = new FailingEngine()
  failing.failAfter(0)
  await expect(migrate(await sourceIn(one.data), failing.over(target))).rejects.toThrow('The engine failed')
  await expect(migrate(await sourceIn(other.data), target)).rejects.toEqual(refused('already-exists'))
})

/** Changes a message that has been copied. */
const spoiling = (table: string, column: string, value: number) =>
  table === 'mail_message'
    ? sql`update mail_message set subject = 'other' where id = 7`
    : assignAfter(table, column, value)

it('a copy that differs is found', async () => {
  const server = await stoppedServer()
  const target = await targetIn(temporaryDirectory())
  const source = await sourceIn(server.data)
  await expect(migrateStore({ source, target, assignAfter: spoiling, watcher })).rejects.toThrow(
    'The row [7] of mail_message differs from its copy',
  )
})
