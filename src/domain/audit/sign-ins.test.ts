import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { onDisk, temporaryDirectory, TestDisk } from '../../../test/support/disk.ts'
import { openMigrated } from '../../../test/support/tenant.ts'
import { TestWorld } from '../../../test/support/world.ts'
import { signInRecord } from '../../../test/support/access.ts'
import { DAY, MINUTE } from '../../core/time.ts'
import type { AppId, AppObjectId, Guid, TenantId, UserId } from '../../core/ids.ts'
import type { Job } from '../../core/jobs.ts'
import { silentLog } from '../../core/log.ts'
import { type Sql, sql } from '../../storage/engine.ts'
import { auditMigrations } from './schema.ts'
import { createSignIns } from './sign-ins.ts'
import type { SignIn, SignInPage, SignIns } from './types.ts'

const tenant = '11111111-1111-4111-8111-111111111111' as TenantId
const otherTenant = '22222222-2222-4222-8222-222222222222' as TenantId
const app = {
  appId: '33333333-3333-4333-8333-333333333333' as AppId,
  id: '44444444-4444-4444-8444-444444444444' as AppObjectId,
}
const exchange = '00000002-0000-0ff1-ce00-000000000000' as Guid
const graph = '00000003-0000-0000-c000-000000000000' as Guid
const ada = {
  id: '88888888-8888-4888-8888-888888888888' as UserId,
  userPrincipalName: 'Ada@contoso.test',
  displayName: 'Ada',
}

const runAll = (jobs: readonly Job[]) => Promise.all(jobs.map((job) => job.run()))

async function open({ limit = 100_000, disk = new TestDisk() } = {}) {
  const world = new TestWorld()
  const opened = await openMigrated({
    dir: temporaryDirectory(),
    migrations: auditMigrations,
    world,
    log: silentLog,
  })
  onTestFinished(() => opened.close())
  const engine = onDisk(opened, disk)
  const signIns = createSignIns({
    sql: engine.sql,
    world,
    log: silentLog,
    settings: { sign_in_days: 30, sign_in_limit: limit, use_days: 90, use_rows_per_day: 1000 },
  })
  const granted = (change: Partial<SignIn> = {}): SignIn =>
    signInRecord(world, {
      tenant,
      app,
      appDisplayName: 'Reader',
      resource: { id: exchange, displayName: 'Office 365 Exchange Online' },
      ...change,
    })
  const refused = (change: Partial<SignIn> = {}): SignIn =>
    granted({
      outcome: 'refused',
      errorCode: 500133,
      failureReason: 'The token ended an hour ago.',
      checks: [{ name: 'token', ok: false, evidence: 'The token ended an hour ago.' }],
      failed: 'token',
      fix: ['postern token'],
      wire: 'NO AUTHENTICATE failed.',
      ...change,
    })
  return { world, engine, signIns, refused, granted }
}

const held = async (engine: { sql: Sql }) =>
  Number((await engine.sql.first<{ held: number }>(sql`select count(*) as held from audit_sign_in`))?.held)

describe('records of sign-ins', () => {
  it('are found as they were made, in their own tenant only', async () => {
    const { signIns, refused } = await open()
    const record = refused()
    expect(signIns.record(record)).toBe(record.signInId)
    await signIns.settled()
    expect(await signIns.find(tenant, record.signInId.toUpperCase())).toEqual(record)
    expect(await signIns.find(otherTenant, record.signInId)).toBeUndefined()
    expect(await signIns.recent(otherTenant, 10)).toEqual([])
  })

  it('are settled although a use came later that is not counted by day', async () => {
    const { signIns, refused } = await open()
    const record = refused({ protocol: 'graph' })
    signIns.record(record)
    for (let step = 0; step < 5; step++) await Promise.resolve()
    signIns.countUse(record, '')
    await signIns.settled()
    expect(await signIns.find(tenant, record.signInId)).toEqual(record)
  })

  it('are found by the correlation id that the client was told of too', async () => {
    const { signIns, world, refused } = await open()
    const correlation = world.guid()
    const [first, second] = [refused({ correlation, failed: 'grant' }), refused({ correlation, at: world.now() + 1 })]
    for (const record of [second, first]) signIns.record(record)
    await signIns.settled()
    expect(await signIns.correlated(tenant, ` ${correlation.toUpperCase()}`)).toEqual(second)
    expect(await signIns.correlated(otherTenant, correlation)).toBeUndefined()
    expect(await signIns.find(tenant, correlation)).toBeUndefined()
  })

  it('that belong to no tenant are shown to the operator only, among the others', async () => {
    const { signIns, world, refused, granted } = await open()
    const own = refused({ correlation: world.guid() })
    world.advance(1)
    const none = refused({ tenant: undefined, correlation: world.guid() })
    const made = [own, none]
    for (const tenantless of [true, false, false, true, true]) {
      world.advance(1)
      made.push(granted(tenantless ? { tenant: undefined } : {}))
    }
    for (const record of made) signIns.record(record)
    await signIns.settled()
    const operator = { tenant, withoutTenant: true }
    for (const scope of [tenant, otherTenant, { tenant, withoutTenant: false }, { ...operator, tenant: otherTenant }]) {
      const sees = typeof scope !== 'string' && scope.withoutTenant
      expect(await signIns.find(scope, none.signInId)).toEqual(sees ? none : undefined)
      expect(await signIns.correlated(scope, none.correlation!)).toEqual(sees ? none : undefined)
    }
    expect((await signIns.lastRefused(tenant))?.signInId).toBe(own.signInId)
    expect((await signIns.lastRefused(operator))?.signInId).toBe(none.signInId)
    expect(await signIns.recent(operator, 100)).toHaveLength(made.length)
    expect(await signIns.recent(operator, 3)).toEqual(made.slice(-3).toReversed())
    const seen: SignIn[] = []
    for (let before: SignIn | undefined; ;) {
      const page = await signIns.page(operator, { limit: 2, ...(before && { before }) })
      seen.push(...page)
      before = page.at(-1)
      if (!before) break
    }
    expect(seen).toEqual(made.toSorted((a, b) => b.at - a.at || (a.signInId < b.signInId ? 1 : -1)))
  })

  it('keep what is unknown unknown', async () => {
    const { signIns, engine, refused } = await open()
    signIns.record(refused({ tenant: undefined, app: undefined, mailbox: undefined }))
    await signIns.settled()
    expect(await held(engine)).toBe(1)
    expect(await signIns.recent(tenant, 10)).toEqual([])
  })

  it('come latest first, and the last refused one is told from the granted ones', async () => {
    const { signIns, world, refused, granted } = await open()
    const first = refused()
    world.advance(1000)
    const second = refused({ failed: 'role' })
    world.advance(1000)
    const third = granted()
    for (const record of [first, second, third]) signIns.record(record)
    await signIns.settled()
    expect((await signIns.recent(tenant, 2)).map((record) => record.signInId)).toEqual([
      third.signInId,
      second.signInId,
    ])
    expect((await signIns.lastRefused(tenant))?.signInId).toBe(second.signInId)
  })

  it('of the same millisecond come in the order in which they were written, those without a tenant too', async () => {
    const { signIns, refused } = await open()
    const made = Array.from({ length: 12 }, (_, n) =>
      refused({ tenant: n % 3 === 0 ? undefined : tenant, from: `192.0.2.${n}` }),
    )
    for (const record of made) signIns.record(record)
    await signIns.settled()
    const scope = { tenant, withoutTenant: true }
    expect(signInIds(await signIns.recent(scope, 12))).toEqual(signInIds(made.toReversed()))
    expect((await signIns.lastRefused(scope))?.signInId).toBe(made.at(-1)!.signInId)
  })
})

const signInIds = (records: readonly SignIn[]) => records.map(({ signInId }) => signInId)

describe('settling', () => {
  it('waits for what was recorded so far, and not for what comes all the while', async () => {
    const { signIns, refused } = await open()
    const first = refused()
    signIns.record(first)
    const quiet = new AbortController()
    const client = async () => {
      for (let n = 0; !quiet.signal.aborted; n++) {
        signIns.record(refused({ from: `client ${n}` }))
        await turn()
      }
    }
    const coming = client()
    await signIns.settled()
    expect(await signIns.find(tenant, first.signInId)).toEqual(first)
    quiet.abort()
    await coming
    await signIns.settled()
  })

  it('ends also when the disk takes nothing', async () => {
    const { signIns, engine, refused } = await open()
    engine.sql.write = () => Promise.reject(new Error('disk'))
    signIns.record(refused())
    await signIns.settled()
  })
})

describe('a busy server', () => {
  it('writes a record at once, and those of the next moment together', async () => {
    const { signIns, engine, world, granted } = await open()
    signIns.record(granted())
    await signIns.settled()
    const write = engine.sql.write.bind(engine.sql)
    const written: Promise<unknown>[] = []
    engine.sql.write = (work) => {
      const writing = write(work)
      written.push(writing)
      return writing
    }
    for (let n = 0; n < 50; n++) {
      signIns.record(granted())
      await turn()
    }
    expect(written).toHaveLength(0)
    world.advance(100)
    await turn()
    await Promise.all(written)
    expect(written).toHaveLength(1)
    expect(await held(engine)).toBe(51)
  })
})

describe('equal refusals', () => {
  it('wait for a disk that is full, in their order, and are all there when it has room again', async () => {
    const disk = new TestDisk()
    const { signIns, engine, world, granted } = await open({ disk })
    disk.leave(0)
    const first = granted()
    signIns.record(first)
    await signIns.settled()
    expect(await held(engine)).toBe(0)
    signIns.record(granted())
    // A stop of the server does not wait for room.
    await signIns.settled()
    disk.leave(Infinity)
    signIns.record(granted())
    world.advance(5000)
    await signIns.settled()
    expect(await held(engine)).toBe(3)
    expect((await signIns.recent(tenant, 10)).at(-1)).toEqual(first)
  })

  it('within a minute share a record, which tells the latest', async () => {
    const { signIns, world, engine, refused } = await open()
    const ended = (seconds: number) =>
      refused({ checks: [{ name: 'token', ok: false, evidence: `It ended ${seconds} seconds ago.` }] })
    const first = ended(5)
    signIns.record(first)
    await signIns.settled()
    world.advance(59_000)
    const again = ended(64)
    expect(signIns.record(again)).toBe(first.signInId)
    await signIns.settled()
    expect(await signIns.find(tenant, first.signInId)).toEqual({ ...again, signInId: first.signInId, count: 2 })
    expect(await held(engine)).toBe(1)
  })

  it('do not share a record if the failed check says something else', async () => {
    const { signIns, refused } = await open()
    const malformed = (evidence: string) => refused({ checks: [{ name: 'token', ok: false, evidence }] })
    const first = malformed('The word Bearer stands there twice.')
    const second = malformed('It is base64-encoded twice.')
    expect([signIns.record(first), signIns.record(second)]).toEqual([first.signInId, second.signInId])
  })

  it('start a new record after the minute', async () => {
    const { signIns, world, refused } = await open()
    const first = refused()
    signIns.record(first)
    world.advance(MINUTE)
    const second = refused()
    expect(signIns.record(second)).toBe(second.signInId)
  })

  it.each<[string, Partial<SignIn>]>([
    ['protocol', { protocol: 'pop3' }],
    ['app', { app: undefined }],
    ['mailbox', { mailbox: 'bob@contoso.test' }],
    ['failed check', { failed: 'audience' }],
    ['address', { from: '192.0.2.8' }],
    ['tenant', { tenant: otherTenant }],
    ['way of authentication', { authentication: 'Basic' }],
    ['answer', { wire: 'NO LOGIN failed.' }],
  ])('of another %s have a record of their own', async (_, change) => {
    const { signIns, refused } = await open()
    signIns.record(refused())
    const other = refused(change)
    expect(signIns.record(other)).toBe(other.signInId)
  })

  it('never take in a granted sign-in', async () => {
    const { signIns, granted } = await open()
    signIns.record(granted())
    const second = granted()
    expect(signIns.record(second)).toBe(second.signInId)
  })
})

describe('equal tokens', () => {
  const secret = { kind: 'secret', keyId: '55555555-5555-4555-8555-555555555555' as Guid } as const
  const fetched = { protocol: 'entra', mailbox: undefined, authentication: 'OAuth', credential: secret } as const

  it('that one client fetches within a minute share a record, whatever id each request has', async () => {
    const { signIns, world, engine, granted } = await open()
    const first = granted({ ...fetched, correlation: world.guid() })
    signIns.record(first)
    await signIns.settled()
    world.advance(59_000)
    const again = granted({ ...fetched, correlation: world.guid() })
    expect(signIns.record(again)).toBe(first.signInId)
    await signIns.settled()
    expect(await signIns.find(tenant, first.signInId)).toEqual({ ...again, signInId: first.signInId, count: 2 })
    expect(await held(engine)).toBe(1)
    world.advance(1000)
    expect(signIns.record(granted(fetched))).not.toBe(first.signInId)
  })

  it.each<[string, Partial<SignIn>]>([
    ['credential', { credential: { ...secret, keyId: '66666666-6666-4666-8666-666666666666' as Guid } }],
    ['resource', { resource: { id: graph, displayName: 'Microsoft Graph' } }],
    ['person', { user: ada, kind: 'nonInteractiveUser' }],
    ['address', { from: '192.0.2.8' }],
  ])('of another %s have a record of their own', async (_, change) => {
    const { signIns, granted } = await open()
    signIns.record(granted(fetched))
    const other = granted({ ...fetched, ...change })
    expect(signIns.record(other)).toBe(other.signInId)
  })

  it('never take in a person who signed in at a page', async () => {
    const { signIns, granted } = await open()
    const atPage = { ...fetched, kind: 'interactiveUser', user: ada } as const
    signIns.record(granted(atPage))
    const second = granted(atPage)
    expect(signIns.record(second)).toBe(second.signInId)
  })
})

const ids = async (signIns: SignIns, asked: Partial<SignInPage>) =>
  (await signIns.page(tenant, { limit: 100, ...asked })).map(({ signInId }) => signInId)

describe('a page of records', () => {
  it('goes on after the last of the page before, also among those of one moment', async () => {
    const { signIns, world, granted } = await open()
    const made: SignIn[] = []
    for (let n = 0; n < 25; n++) {
      made.push(granted())
      if (n % 7 === 6) world.advance(1)
    }
    for (const record of made) signIns.record(record)
    await signIns.settled()
    const seen: SignIn[] = []
    for (let before: SignIn | undefined; ;) {
      const page = await signIns.page(tenant, { limit: 4, ...(before && { before }) })
      seen.push(...page)
      before = page.at(-1)
      if (!before) break
    }
    const newestFirst = made.toSorted((a, b) => b.at - a.at || (a.signInId < b.signInId ? 1 : -1))
    expect(seen.map(({ signInId }) => signInId)).toEqual(newestFirst.map(({ signInId }) => signInId))
  })

  it('holds what all that was asked is true of', async () => {
    const { signIns, world, granted, refused } = await open()
    const begin = world.now()
    const app2 = { appId: '77777777-7777-4777-8777-777777777777' as AppId, id: undefined }
    const program = granted()
    const refusal = refused({ errorCode: 50057, app: app2 })
    world.advance(1000)
    const person = granted({ kind: 'interactiveUser', user: ada, protocol: 'entra', correlation: world.guid() })
    for (const record of [program, refusal, person]) signIns.record(record)
    await signIns.settled()
    const [p, r, u] = [program.signInId, refusal.signInId, person.signInId]
    const cases: readonly (readonly [Partial<SignInPage>, readonly string[]])[] = [
      [{ from: begin + 1000 }, [u]],
      [{ until: begin + 1000, outcome: 'granted' }, [p]],
      [{ appId: app2.appId.toUpperCase() }, [r]],
      [{ appId: app.appId }, [u, p]],
      [{ userId: ada.id }, [u]],
      [{ userPrincipalName: 'ADA@contoso.test' }, [u]],
      [{ kinds: ['interactiveUser', 'nonInteractiveUser'] }, [u]],
      [{ kinds: [] }, []],
      [{ protocols: ['imap'], outcome: 'refused' }, [r]],
      [{ errorCode: 50057 }, [r]],
      [{ errorCode: 0 }, [u, p]],
      [{ signInId: p }, [p]],
      [{ correlation: person.correlation! }, [u]],
      [{ resourceId: exchange, appId: app2.appId, outcome: 'granted' }, []],
    ]
    for (const [asked, expected] of cases) {
      expect(new Set(await ids(signIns, asked)), JSON.stringify(asked)).toEqual(new Set(expected))
    }
    expect(await signIns.page(otherTenant, { limit: 10 })).toEqual([])
  })
})

describe('keeping', () => {
  it('ends after the days that were set', async () => {
    const { signIns, world, engine, refused } = await open()
    const old = refused()
    signIns.record(old)
    await signIns.settled()
    world.advance(30 * DAY + 1)
    expect(await signIns.find(tenant, old.signInId)).toBeUndefined()
    signIns.record(refused())
    await signIns.settled()
    await runAll(signIns.jobs)
    expect(await held(engine)).toBe(1)
  })

  it('holds no more than the limit and a twentieth, and the latest', async () => {
    const { signIns, world, engine, granted } = await open({ limit: 100 })
    for (let round = 0; round < 60; round++) {
      for (let i = 0; i < 5; i++) signIns.record(granted({ at: world.now() + i }))
      world.advance(10)
      await signIns.settled()
      expect(await held(engine)).toBeLessThanOrEqual(105)
    }
    const newest = granted()
    signIns.record(newest)
    await signIns.settled()
    expect((await signIns.recent(tenant, 1))[0]?.signInId).toBe(newest.signInId)
  })

  it('lets no stranger push out what was granted, however often he is refused', async () => {
    const { signIns, world, engine, granted, refused } = await open({ limit: 100 })
    const opened = Array.from({ length: 50 }, () => granted())
    for (const record of opened) signIns.record(record)
    await signIns.settled()
    for (let n = 0; n < 500; n++) {
      signIns.record(refused({ from: `stranger ${n}` }))
      world.advance(10)
    }
    await signIns.settled()
    expect(await held(engine)).toBeLessThanOrEqual(105)
    const kept = await signIns.page(tenant, { limit: 100, outcome: 'granted' })
    expect(new Set(kept.map(({ signInId }) => signInId))).toEqual(new Set(opened.map(({ signInId }) => signInId)))
    expect((await signIns.lastRefused(tenant))?.from).toBe('stranger 499')
  })

  it('bounds each tenant alone, so that a noisy one does not push out another', async () => {
    const { signIns, granted } = await open({ limit: 100 })
    const quiet = granted({ tenant: otherTenant })
    signIns.record(quiet)
    for (let i = 0; i < 500; i++) signIns.record(granted({ at: quiet.at + i }))
    await signIns.settled()
    expect(await signIns.find(otherTenant, quiet.signInId)).toEqual(quiet)
  })
})

describe('last uses', () => {
  const secret = '55555555-5555-4555-8555-555555555555' as Guid

  it('of a mailbox and of a credential are known after their records are gone', async () => {
    const { signIns, world, granted } = await open()
    const opened = granted({ mailbox: 'Ada@contoso.test' })
    signIns.record(granted({ at: opened.at - 5000 }))
    signIns.record(opened)
    signIns.record(granted({ protocol: 'entra', mailbox: undefined, credential: { kind: 'secret', keyId: secret } }))
    await signIns.settled()
    world.advance(31 * DAY)
    signIns.record(granted({ app: undefined }))
    await signIns.settled()
    expect(await signIns.find(tenant, opened.signInId)).toBeUndefined()
    expect(await signIns.mailboxUses(tenant, app.appId)).toEqual([
      { protocol: 'imap', mailbox: 'ada@contoso.test', at: opened.at },
    ])
    expect(await signIns.lastUse(secret)).toBe(opened.at)
    expect(await signIns.mailboxUses(otherTenant, app.appId)).toEqual([])
  })

  it('do not exist for a refused sign-in, and are deleted after years', async () => {
    const { signIns, world, granted, refused } = await open()
    signIns.record(refused({ credential: { kind: 'secret', keyId: secret } }))
    await signIns.settled()
    expect(await signIns.mailboxUses(tenant, app.appId)).toEqual([])
    expect(await signIns.lastUse(secret)).toBeUndefined()
    signIns.record(granted())
    await signIns.settled()
    expect(await signIns.mailboxUses(tenant, app.appId)).toHaveLength(1)
    world.advance(801 * DAY)
    signIns.record(granted({ app: undefined }))
    await signIns.settled()
    await runAll(signIns.jobs)
    expect(await signIns.mailboxUses(tenant, app.appId)).toEqual([])
  })

  it('tell which ended credentials are still shown, how often and when last', async () => {
    const { signIns, world, refused } = await open()
    const ended = { protocol: 'entra', mailbox: undefined, failed: 'clientCredential', errorCode: 7000222 } as const
    const since = world.now()
    for (let n = 0; n < 3; n++) {
      signIns.record(refused({ ...ended, credential: { kind: 'secret', keyId: secret } }))
      world.advance(30_000)
    }
    signIns.record(refused({ ...ended, errorCode: 7000215 }))
    await signIns.settled()
    expect(await signIns.triesAfterEnd(tenant, since)).toEqual([
      { appId: app.appId, keyId: secret, last: since + MINUTE, tries: 3 },
    ])
    expect(await signIns.triesAfterEnd(tenant, since + 60_001)).toEqual([])
  })
})
