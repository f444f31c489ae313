import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { busySql } from '../../../test/support/busy-sql.ts'
import { temporaryDirectory } from '../../../test/support/disk.ts'
import { openMigrated } from '../../../test/support/tenant.ts'
import { type AtEnd, openOnce } from '../../../test/support/lifecycle.ts'
import { TestWorld } from '../../../test/support/world.ts'
import { DAY } from '../../core/time.ts'
import type { Guid, TenantId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { sql } from '../../storage/engine.ts'
import type { MessageTrace, MessageTraceRequest } from './message-trace.ts'
import { createMessageTraces } from './message-traces.ts'
import { auditMigrations } from './schema.ts'

const CONTOSO = '11111111-1111-4111-8111-111111111111' as TenantId
const FABRIKAM = '22222222-2222-4222-8222-222222222222' as TenantId

async function open(settings = { days: 90, limit: 10_000 }, atEnd: AtEnd = onTestFinished) {
  const world = new TestWorld()
  const dir = temporaryDirectory(atEnd)
  const engine = await openMigrated({ dir, migrations: auditMigrations, world, log: silentLog })
  atEnd(() => engine.close())
  const database = busySql(engine.sql)
  const traces = createMessageTraces({ sql: database, world, log: silentLog, settings })
  const trace = (change: Partial<MessageTrace> = {}): MessageTrace => ({
    traceId: world.guid(),
    at: world.now(),
    sender: 'ada@contoso.test',
    recipient: 'bob@contoso.test',
    status: 'Delivered',
    why: '',
    messageId: '<1@contoso.test>',
    subject: 'Lunch',
    octets: 100,
    from: '192.0.2.1',
    by: 'mail.contoso.test',
    protocol: 'ESMTPSA',
    ...change,
  })
  const ask = (asked: Partial<MessageTraceRequest> = {}) =>
    traces.page(CONTOSO, { from: 0, until: world.now(), limit: 1000, ...asked })
  const recipients = async (asked: Partial<MessageTraceRequest> = {}) =>
    (await ask(asked)).traces.map(({ recipient }) => recipient)
  return { traces, trace, ask, recipients, engine, world, database }
}

const momentAndRecipient = ({ at, recipient }: { at: number; recipient: string }) => `${at} ${recipient}`

describe('what became of messages', () => {
  it('is told whole, latest first, to its own tenant alone', async () => {
    const { traces, trace, ask, world } = await open()
    const first = trace()
    world.advance(1)
    const second = trace({ recipient: 'eve@contoso.test', status: 'Failed', why: '550 5.1.10 Not found' })
    traces.record(CONTOSO, [first, second])
    traces.record(FABRIKAM, [trace({ recipient: 'mallory@fabrikam.test' })])
    expect(await ask()).toEqual({ traces: [second, first], more: false })
  })

  it('waits while the database is busy, and is told once', async () => {
    const { traces, trace, ask, world, database } = await open()
    const [first, second] = [trace(), trace({ recipient: 'eve@contoso.test' })]
    database.busy = true
    traces.record(CONTOSO, [first])
    expect(await ask()).toEqual({ traces: [], more: false })
    traces.record(CONTOSO, [second])
    world.advance(2000)
    await traces.settled()
    database.busy = false
    expect((await ask()).traces).toEqual([first, second])
    world.advance(10_000)
    expect((await ask()).traces).toEqual([first, second])
  })

  it('is written in one transaction for many, and costs a delivery none of its own', async () => {
    const { traces, trace, engine, world } = await open()
    const rows = () => engine.sql.all(sql`select place from audit_message_trace`)
    for (let i = 0; i < 50; i++) traces.record(CONTOSO, [trace()])
    expect(await rows()).toEqual([])
    world.advance(2000)
    await expect.poll(rows).toHaveLength(50)
  })

  it('keeps no more of a text than its bound, and cuts no character in two', async () => {
    const { traces, trace, ask } = await open()
    traces.record(CONTOSO, [trace({ subject: `${'x'.repeat(254)}😀`, sender: 'y'.repeat(1000) })])
    const [kept] = (await ask()).traces
    expect(kept).toMatchObject({ subject: 'x'.repeat(254), sender: 'y'.repeat(320) })
  })

  it('is forgotten after its days, and the oldest of a tenant that has more than it may', async () => {
    const { traces, trace, recipients, engine, world } = await open({ days: 90, limit: 100 })
    traces.record(CONTOSO, [trace({ recipient: 'old@contoso.test' })])
    await traces.settled()
    world.advance(91 * DAY)
    expect(await recipients()).toEqual([])
    for (let i = 0; i < 120; i++) {
      world.advance(1)
      traces.record(CONTOSO, [trace({ recipient: `${i}@contoso.test` })])
    }
    await traces.settled()
    const held = await engine.sql.all(sql`select place from audit_message_trace`)
    expect(held).toHaveLength(100)
    expect((await recipients()).at(-1)).toBe('20@contoso.test')
  })

  it('is paged by the last recipient and moment, so that nothing is missed and nothing told twice', async () => {
    const { traces, trace, ask, world } = await open()
    const arrivals = fc.array(fc.record({ at: fc.nat(3), recipient: fc.constantFrom('a', 'b', 'c', 'd') }), {
      maxLength: 25,
    })
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 6 }), async (given, limit) => {
        // More than a page of one moment and one recipient has nothing to be told apart by.
        fc.pre([...Map.groupBy(given, momentAndRecipient).values()].every((alike) => alike.length <= limit))
        world.advance(1000)
        const from = world.now()
        const sent = given.map(({ at, recipient }) => trace({ at: from + at, recipient }))
        traces.record(CONTOSO, sent)
        const seen: MessageTrace[] = []
        for (let next: Partial<MessageTraceRequest> = { until: from + 10 }; ;) {
          const page = await ask({ ...next, from, limit })
          seen.push(...page.traces)
          const last = page.traces.at(-1)
          if (!page.more || !last) break
          next = { until: last.at, after: last.recipient }
        }
        expect(seen.map(({ traceId }) => traceId).toSorted()).toEqual(sent.map(({ traceId }) => traceId).toSorted())
      }),
      { numRuns: 40 },
    )
  })
})

describe('a trace', () => {
  const opened = openOnce(async (atEnd) => {
    const context = await open(undefined, atEnd)
    const { traces, trace } = context
    traces.record(CONTOSO, [
      trace(),
      trace({
        sender: 'eve@fabrikam.test',
        recipient: 'carl_x@contoso.test',
        messageId: '<2@contoso.test>',
        status: 'Failed',
        from: '192.0.2.2',
        subject: 'Dinner',
        traceId: '11111111-1111-4111-8111-111111111111' as Guid,
      }),
    ])
    return context
  })

  it.each<[string, Partial<MessageTraceRequest>, readonly string[]]>([
    ['senders', { senders: ['ADA@contoso.test', 'x@contoso.test'] }, ['bob@contoso.test']],
    ['a form of senders', { senders: ['*@fabrikam.test'] }, ['carl_x@contoso.test']],
    ['recipients', { recipients: ['carl_x@contoso.test'] }, ['carl_x@contoso.test']],
    [
      'a form of recipients, in which only * stands for something else',
      { recipients: ['*l_*@CONTOSO.*'] },
      ['carl_x@contoso.test'],
    ],
    ['a form that fits none', { recipients: ['b_b@*', 'b%'] }, []],
    ['message ids', { messageIds: ['<2@contoso.test>'] }, ['carl_x@contoso.test']],
    ['statuses', { statuses: ['Failed', 'None'] }, ['carl_x@contoso.test']],
    ['no statuses', { statuses: [] }, []],
    ['the address that it came from', { fromIp: '192.0.2.1' }, ['bob@contoso.test']],
    ['its subject', { subject: (subject) => subject.endsWith('nch') }, ['bob@contoso.test']],
    ['its trace id', { traceId: '11111111-1111-4111-8111-111111111111' as Guid }, ['carl_x@contoso.test']],
  ])('is found by %s', async (_, asked, expected) => {
    expect(await opened().recipients(asked)).toEqual(expected)
  })
})
