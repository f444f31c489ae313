import { expect, onTestFinished, test } from 'vitest'
import type { MailboxId, TenantId } from '../../src/core/ids.ts'
import { silentLog } from '../../src/core/log.ts'
import { ask, type Engine, type Hold, named, sql, type Statement, type Statements } from '../../src/storage/engine.ts'
import { openSqliteEngine } from '../../src/storage/sqlite/engine.ts'
import { bodiesTwice } from './bodies-twice.ts'
import { temporaryDirectory } from './disk.ts'
import { checkHolds, type TableKind } from './holds.ts'
import { TestWorld } from './world.ts'

const mailbox = 7 as MailboxId
const tenant = '11111111-1111-4111-8111-111111111111' as TenantId

async function opened(): Promise<Engine> {
  const migrations = [{ number: 1, name: 'one', up: () => ['create table note (id integer primary key, text text)'] }]
  const engine = await openSqliteEngine({
    dir: temporaryDirectory(),
    migrations,
    world: new TestWorld(),
    log: silentLog,
  })
  onTestFinished(() => engine.close())
  return engine
}

test.each<[TableKind, readonly (readonly Hold[])[], readonly (readonly Hold[])[]]>([
  ['mailbox', [[mailbox], [mailbox, tenant]], [[], [tenant], [named('keys')]]],
  ['tenant', [[tenant], [mailbox, tenant]], [[], [mailbox], [named('keys')]]],
  ['named keys', [[named('keys')]], [[], [tenant], [named('keys:1')]]],
  ['named user:', [[named('user:1')]], [[], [named('user')]]],
  ['serializable', [[]], [[mailbox], [tenant], [named('keys')]]],
])('a write to a table of kind %s needs its hold', async (kind, right, wrong) => {
  const found: string[] = []
  const engine = checkHolds(await opened(), { note: kind }, ({ message }) => found.push(message))
  const statements = [
    sql`insert into note (text) values ('a')`,
    sql`update note set text = 'b'`,
    sql`
      delete from note`,
  ]
  for (const statement of statements) {
    for (const holds of right) await engine.sql.write(() => ask(statement), holds)
    expect(found).toEqual([])
    for (const holds of wrong) await expect(engine.sql.write(() => ask(statement), holds)).rejects.toThrow('note')
    expect(found.splice(0)).toHaveLength(wrong.length)
  }
})

test('rows that are only inserted need no hold, are deleted without one and never updated', async () => {
  const engine = checkHolds(await opened(), { note: 'inserted' }, () => {})
  const write = (statement: Statement, ...holds: Hold[]) => engine.sql.write(() => ask(statement), holds)
  await write(sql`insert into note (text) values ('a')`)
  await write(sql`insert into note (text) values ('a')`, tenant)
  await expect(write(sql`update note set text = 'b'`)).rejects.toThrow('note')
  await expect(write(sql`delete from note`, tenant)).rejects.toThrow('note')
  await write(sql`delete from note`)
})

test('a body that runs twice leaves the rows of its second run', async () => {
  const engine = bodiesTwice(await opened())
  let runs = 0
  const body = function* (): Statements<number> {
    runs++
    yield* ask(sql`insert into note (text) values (${`run ${runs}`})`)
    return runs
  }
  expect(await engine.sql.write(body)).toBe(2)
  expect(await engine.sql.all(sql`select text from note`)).toEqual([{ text: 'run 2' }])
  const failing = engine.sql.write(() => {
    throw new Error(`run ${++runs}`)
  })
  await expect(failing).rejects.toThrow('run 4')
})
