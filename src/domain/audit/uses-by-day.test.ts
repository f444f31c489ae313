import { describe, expect, it } from 'vitest'
import { openDirectory } from '../../../test/support/directory.ts'
import { signInRecord } from '../../../test/support/access.ts'
import { DAY } from '../../core/time.ts'
import { silentLog } from '../../core/log.ts'
import { Refusal } from '../../core/refusal.ts'
import type { AppId, TenantId, UserId } from '../../core/ids.ts'
import { sql } from '../../storage/engine.ts'
import { auditMigrations } from './schema.ts'
import { createSignIns } from './sign-ins.ts'
import type { SignIn } from './types.ts'

async function open(mostRows = 1000) {
  const { world, engine, tenant } = await openDirectory([...auditMigrations])
  const settings = { sign_in_days: 30, sign_in_limit: 100_000, use_days: 90, use_rows_per_day: mostRows }
  const create = () => createSignIns({ sql: engine.sql, world, log: silentLog, settings })
  const signIns = create()
  const signIn = (otherwise: Partial<SignIn> = {}): SignIn =>
    signInRecord(world, {
      tenant: tenant.id,
      kind: 'nonInteractiveUser',
      mailbox: 'Ada@contoso.test',
      user: { id: 'u' as UserId, userPrincipalName: 'Ada@contoso.test', displayName: 'Ada' },
      authentication: 'Basic',
      ...otherwise,
    })
  const uses = async (days = 90) => {
    await signIns.settled()
    return signIns.uses({ tenant: tenant.id, days })
  }
  const rows = async () => {
    await signIns.settled()
    return engine.sql.all<{ day: number; count: number }>(sql`select * from audit_use`)
  }
  return { world, engine, tenant, signIns, signIn, uses, rows, create }
}

describe('uses of mailboxes', () => {
  it('say which mailboxes were let into, however many uses there are, and when last', async () => {
    const { signIns, signIn, world, tenant } = await open()
    const opened = async (days = 90) => {
      await signIns.settled()
      return signIns.opened({ tenant: tenant.id, days, authentication: 'Basic' })
    }
    const at = world.now()
    for (let i = 0; i < 3; i++) signIns.countUse(signIn({ from: `192.0.2.${i}` }), 'OldClient 1.0')
    signIns.countUse(signIn({ mailbox: 'bob@contoso.test', outcome: 'refused' }), '')
    signIns.countUse(signIn({ mailbox: 'info@contoso.test', authentication: 'Bearer' }), '')
    world.advance(DAY)
    signIns.countUse(signIn({ outcome: 'refused' }), '')
    expect(await opened()).toEqual([{ protocol: 'imap', mailbox: 'ada@contoso.test', last: at }])
    expect(await opened(1)).toEqual([])
  })

  it('keep the later time, though the node of an earlier sign-in writes after it', async () => {
    const { signIns, signIn, uses, create, world, tenant } = await open()
    const appId = 'a' as AppId
    const app = { app: { appId, id: undefined }, credential: { kind: 'secret', keyId: world.guid() } } as const
    const [earlier, later] = [world.now(), world.now() + 1000]
    const other = create()
    for (const [node, at] of [
      [other, later],
      [signIns, earlier],
    ] as const) {
      node.countUse(signIn({ at }), '')
      node.record(signIn({ ...app, user: undefined, authentication: 'Bearer', at }))
      await node.settled()
    }
    expect(await uses()).toMatchObject([{ granted: 2, last: later }])
    expect(await signIns.mailboxUses(tenant.id, appId)).toMatchObject([{ at: later }])
    expect(await signIns.lastUse(app.credential.keyId)).toBe(later)
  })

  it('are counted once, and the record is kept, if it is unknown whether a write was done', async () => {
    const { signIns, signIn, rows, engine, world } = await open()
    const write = engine.sql.write.bind(engine.sql)
    engine.sql.write = async (work, holds) => {
      engine.sql.write = write
      await write(work, holds)
      throw new Refusal('busy', 'The answer to the commit was lost', { outcome: 'unknown' })
    }
    signIns.record(signIn())
    signIns.countUse(signIn(), '')
    await signIns.settled()
    // The next write contains everything that waits.
    signIns.countUse(signIn({ mailbox: 'bob@contoso.test' }), '')
    world.advance(5000)
    expect(await rows()).toMatchObject([{ count: 1 }, { count: 1, mailbox: 'bob@contoso.test' }])
    expect(await engine.sql.all(sql`select id from audit_sign_in`)).toHaveLength(1)
  })

  it('are counted by protocol, mailbox, client, address, authentication and outcome', async () => {
    const { signIns, signIn, uses, world } = await open()
    for (let i = 0; i < 3; i++) signIns.countUse(signIn(), 'OldClient 1.0')
    world.advance(1000)
    signIns.countUse(signIn({ outcome: 'refused' }), 'OldClient 1.0')
    signIns.countUse(signIn({ protocol: 'pop3', from: '192.0.2.8' }), '')
    const app = { app: { appId: 'a' as AppId, id: undefined }, user: undefined, authentication: 'Bearer' } as const
    signIns.countUse(signIn(app), '')
    signIns.countUse(signIn({ ...app, user: signIn().user }), '')
    expect(await uses()).toEqual(
      expect.arrayContaining([
        {
          protocol: 'imap',
          authentication: 'Basic',
          mailbox: 'ada@contoso.test',
          who: 'ada@contoso.test',
          client: 'OldClient 1.0',
          from: '192.0.2.7',
          granted: 3,
          refused: 1,
          days: 1,
          last: world.now(),
          lastGranted: world.now() - 1000,
        },
        expect.objectContaining({ protocol: 'pop3', from: '192.0.2.8', client: '', granted: 1, refused: 0 }),
        expect.objectContaining({ authentication: 'OAuthApp', who: 'a' }),
        expect.objectContaining({ authentication: 'OAuthPerson', who: 'a' }),
      ]),
    )
    expect(await uses()).toHaveLength(4)
  })

  it('go to the name that a client says after it has signed in', async () => {
    const { signIns, signIn, uses } = await open()
    const one = signIn()
    signIns.countUse(one, '')
    signIns.countUse(signIn(), '')
    await signIns.settled()
    signIns.nameClient(one, 'Thunderbird 140')
    expect(await uses()).toEqual([
      expect.objectContaining({ client: '', granted: 1 }),
      expect.objectContaining({ client: 'Thunderbird 140', granted: 1 }),
    ])
  })

  it('are kept for ninety days and no longer, while the clock moves on', async () => {
    const { signIns, signIn, uses, rows, world } = await open()
    for (let day = 0; day < 100; day++) {
      signIns.record(signIn())
      signIns.countUse(signIn(), '')
      await signIns.settled()
      for (const job of signIns.jobs) await job.run()
      world.advance(DAY)
    }
    const today = Math.floor(world.now() / DAY)
    expect(await uses()).toMatchObject([{ granted: 89, days: 89 }])
    expect(await uses(8)).toMatchObject([{ granted: 7, days: 7 }])
    const kept = await rows()
    expect(kept.length).toBeLessThanOrEqual(91)
    expect(Math.min(...kept.map(({ day }) => day))).toBeGreaterThanOrEqual(today - 91)
  })

  it('that strangers make up take at most half of the rows of a day, and are counted together past them', async () => {
    const { signIns, signIn, uses, rows } = await open(100)
    for (let i = 0; i < 300; i++) {
      signIns.countUse(signIn({ outcome: 'refused', mailbox: `guess${i}@contoso.test` }), '')
      await signIns.settled()
    }
    signIns.countUse(signIn(), '')
    const found = await uses()
    expect(await rows()).toHaveLength(52)
    expect(found.find(({ mailbox }) => mailbox === '')).toMatchObject({ refused: 250, client: '', from: '', who: '' })
    expect(found.find(({ mailbox }) => mailbox === 'ada@contoso.test')).toMatchObject({ granted: 1 })
  })

  it('that strangers make up at several nodes pass the limit by at most a twentieth for each node', async () => {
    const { signIns, signIn, rows, create } = await open(100)
    const nodes = [signIns, create(), create()]
    for (let i = 0; i < 300; i++) {
      const node = nodes[i % 3]!
      node.countUse(signIn({ outcome: 'refused', mailbox: `guess${i}@contoso.test` }), '')
      await node.settled()
    }
    const { length } = await rows()
    expect(length).toBeGreaterThanOrEqual(50)
    expect(length).toBeLessThanOrEqual(50 + 1 + 3 * 5)
  })

  it('that strangers make up at once crowd out none that let somebody in, and are listed after them', async () => {
    const { signIns, signIn, uses, world } = await open(8000)
    signIns.countUse(signIn(), '')
    await signIns.settled()
    for (let day = 0; day < 3; day++) {
      world.advance(DAY)
      for (let i = 0; i < 8000; i++) {
        signIns.countUse(signIn({ outcome: 'refused', mailbox: `${day}-${i}@contoso.test` }), '')
      }
      signIns.countUse(signIn({ from: `192.0.2.${day}` }), '')
      await signIns.settled()
    }
    const found = await uses()
    expect(found.filter(({ granted }) => granted > 0)).toHaveLength(4)
    expect(found).toHaveLength(10_000)
  })

  it('differ by client name up to a maximum length, and are not counted without a tenant', async () => {
    const { signIns, signIn, uses } = await open()
    signIns.countUse(signIn(), 'x'.repeat(1000))
    signIns.countUse(signIn({ tenant: undefined }), '')
    signIns.countUse(signIn({ protocol: 'graph' }), '')
    expect(await uses()).toEqual([expect.objectContaining({ client: 'x'.repeat(100) })])
    expect(await signIns.uses({ tenant: 'other' as TenantId, days: 90 })).toEqual([])
  })

  it('go on being counted in the same rows after a restart', async () => {
    const { signIns, signIn, uses, rows, create } = await open()
    signIns.countUse(signIn(), '')
    await signIns.settled()
    const again = create()
    again.countUse(signIn(), '')
    await again.settled()
    expect(await uses()).toMatchObject([{ granted: 2 }])
    expect(await rows()).toHaveLength(1)
  })
})

it('the last use of a mailbox is the last granted sign-in with any of its addresses', async () => {
  const { signIns, signIn, world } = await open()
  const { tenant } = signIn()
  const last = () => signIns.lastActivity(tenant!, ['ADA@contoso.test', 'lovelace@contoso.test'])
  expect(await last()).toEqual({ entered: undefined, acted: undefined })
  const first = world.now()
  signIns.countUse(signIn(), '')
  world.advance(3 * DAY)
  signIns.countUse(signIn({ outcome: 'refused' }), '')
  await signIns.settled()
  expect(await last()).toEqual({ entered: first, acted: undefined })
  world.advance(DAY)
  const second = world.now()
  signIns.countUse(signIn({ mailbox: 'Lovelace@contoso.test' }), '')
  signIns.countUse(signIn({ mailbox: 'bob@contoso.test' }), '')
  const doer = {
    tenant: tenant!,
    appId: 'a' as AppId,
    as: 'app',
    protocol: 'imap',
    mailbox: 'ada@contoso.test',
  } as const
  signIns.operations.of(doer)('append')
  await Promise.all([signIns.settled(), signIns.operations.settled()])
  expect(await last()).toEqual({ entered: second, acted: second })
})
