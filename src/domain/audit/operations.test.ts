import { describe, expect, it } from 'vitest'
import { busySql } from '../../../test/support/busy-sql.ts'
import { openDirectory } from '../../../test/support/directory.ts'
import { DAY } from '../../core/time.ts'
import type { AppId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { sql } from '../../storage/engine.ts'
import type { OperationActor } from './types.ts'
import { createOperations } from './operations.ts'
import { auditMigrations } from './schema.ts'

const READER = '11111111-1111-4111-8111-111111111111' as AppId

async function open(mostRows = 1000) {
  const { world, engine, tenant } = await openDirectory([...auditMigrations])
  const database = busySql(engine.sql)
  const create = () => createOperations({ sql: database, world, log: silentLog, days: 90, mostRows })
  const doer: OperationActor = {
    tenant: tenant.id,
    appId: READER,
    as: 'app',
    protocol: 'imap',
    mailbox: 'ada@contoso.test',
  }
  const rows = () =>
    engine.sql.all<{ operation: string; count: number }>(sql`select * from audit_operation order by mailbox, operation`)
  return { world, tenant, operations: create(), create, doer, rows, database }
}

describe('what apps do', () => {
  it('is counted by kind over connections, with its first and its last time', async () => {
    const { world, tenant, operations, doer } = await open()
    const start = world.now()
    const [one, other] = [operations.of(doer), operations.of(doer)]
    one('idle')
    world.advance(1000)
    other('idle')
    other('move')
    await operations.settled()
    one('idle')
    await operations.settled()
    expect(await operations.done(tenant.id, READER)).toEqual([
      {
        mailbox: 'ada@contoso.test',
        protocol: 'imap',
        as: 'app',
        operation: 'idle',
        count: 3,
        first: start,
        last: start + 1000,
      },
      expect.objectContaining({ operation: 'move', count: 1, first: start + 1000 }),
    ])
  })

  it('keeps its last time, though another node writes an earlier one after it', async () => {
    const { world, tenant, operations, doer, create } = await open()
    operations.of(doer)('idle')
    world.advance(1000)
    const other = create()
    other.of(doer)('idle')
    await other.settled()
    await operations.settled()
    expect(await operations.done(tenant.id, READER)).toMatchObject([{ count: 2, last: world.now() }])
  })

  it('is written within ten seconds without anybody asking, and outlives the server', async () => {
    const { world, tenant, operations, doer, create, rows } = await open()
    operations.of(doer)('append')
    expect(await rows()).toEqual([])
    world.advance(10_000)
    await expect.poll(rows).toHaveLength(1)
    expect(await create().done(tenant.id, READER)).toMatchObject([{ operation: 'append', count: 1 }])
  })

  it('is told apart by mailbox, protocol, and whether the app acts for a person', async () => {
    const { tenant, operations, doer } = await open()
    operations.of(doer)('idle')
    operations.of({ ...doer, mailbox: 'bob@contoso.test' })('idle')
    operations.of({ ...doer, as: 'person' })('idle')
    operations.of({ ...doer, protocol: 'smtp' })('submit')
    operations.of({ ...doer, appId: '22222222-2222-4222-8222-222222222222' as AppId })('idle')
    await operations.settled()
    expect(await operations.done(tenant.id, READER)).toHaveLength(4)
  })

  it('takes no more rows than a tenant may have, and goes on counting in those that there are', async () => {
    const { operations, doer, rows } = await open(3)
    for (let i = 0; i < 10; i++) operations.of({ ...doer, mailbox: `box${i}@contoso.test` })('idle')
    await operations.settled()
    operations.of({ ...doer, mailbox: 'box0@contoso.test' })('idle')
    operations.of({ ...doer, mailbox: 'box9@contoso.test' })('idle')
    await operations.settled()
    expect((await rows()).map(({ count }) => count)).toEqual([2, 1, 1])
  })

  it('of many connections is written in several transactions, and none of it is lost', async () => {
    const { tenant, operations, doer, rows } = await open(2000)
    for (let i = 0; i < 1100; i++) operations.of({ ...doer, mailbox: `box${i % 600}@contoso.test` })('idle')
    await operations.settled()
    expect(await rows()).toHaveLength(600)
    const done = await operations.done(tenant.id, READER)
    expect(done.reduce((sum, { count }) => sum + count, 0)).toBe(1100)
  })

  it('waits while the database is busy, and is counted once', async () => {
    const { world, operations, doer, rows, database } = await open()
    const done = operations.of(doer)
    database.busy = true
    done('idle')
    await operations.settled()
    done('idle')
    done('move')
    world.advance(10_000)
    await operations.settled()
    expect(await rows()).toEqual([])
    database.busy = false
    world.advance(5000)
    await expect.poll(rows).toMatchObject([
      { operation: 'idle', count: 2 },
      { operation: 'move', count: 1 },
    ])
    world.advance(20_000)
    await operations.settled()
    expect((await rows()).map(({ count }) => count)).toEqual([2, 1])
  })

  it('is forgotten when it has not been done for ninety days', async () => {
    const { world, tenant, operations, doer, rows } = await open()
    operations.of(doer)('idle')
    await operations.settled()
    world.advance(91 * DAY)
    expect(await operations.done(tenant.id, READER)).toEqual([])
    operations.of(doer)('move')
    await operations.settled()
    await operations.prune()
    expect(await rows()).toMatchObject([{ operation: 'move' }])
  })
})
