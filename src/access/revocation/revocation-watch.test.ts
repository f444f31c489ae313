import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openGrantedAccess, revoked } from '../../../test/support/access.ts'
import type { TenantId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { grantBasisOf } from '../grant-basis.ts'
import { Revocation } from './revocation.ts'

/** The watch alone, over the reader's granted mailbox. */
async function watch() {
  const context = await openGrantedAccess()
  const { directory, engine, world, tenant, reader, mailbox } = context
  const { notifier } = engine
  const failed = Promise.withResolvers<void>()
  const log = { ...silentLog, error: () => failed.resolve() }
  const revocation = await Revocation.over({ directory, notifier, tokens: context.tokens, world, log }, tenant.id)
  const verdict = await context.tokens.verify(await context.tokenFor(reader))
  if (!verdict.ok) throw new Error(verdict.evidence)
  const ground = grantBasisOf({
    claims: verdict.claims,
    protocol: 'imap',
    address: mailbox.primarySmtpAddress,
    rules: { immediateRevocation: false, strict: false },
    mailbox: { id: mailbox.id, guid: mailbox.guid },
    signedBy: undefined,
  })
  return { ...context, revocation, ground, failed: failed.promise }
}

describe('the watch', () => {
  it('forgets what was left, and leaving twice does nothing', async () => {
    const { revocation, ground } = await watch()
    const entries = Array.from({ length: 5 }, () => revocation.watch(ground, revocation.moment))
    expect(revocation.size).toBe(5)
    entries[0]!.leave()
    entries[0]!.leave()
    expect(revocation.size).toBe(4)
    for (const entry of entries) entry.leave()
    expect(revocation.size).toBe(0)
  })

  it('forgets what was taken back, also when it is left afterwards', async () => {
    const { revocation, ground, directory, tenant, pointer } = await watch()
    const entries = Array.from({ length: 3 }, () => revocation.watch(ground, revocation.moment))
    await directory.exchange.remove(tenant.id, pointer.guid)
    await Promise.all(entries.map((entry) => revoked(entry.signal)))
    expect(revocation.size).toBe(0)
    for (const entry of entries) entry.leave()
    expect(revocation.size).toBe(0)
  })

  it('misses no removal that an earlier notice saw before the entry was watched', async () => {
    const { directory, world, tenant, tokens, pointer, ground } = await watch()
    const listening: (() => void)[] = []
    const wake = () => listening.forEach((hear) => hear())
    const notifier = { subscribe: (_: TenantId, hear: () => void) => (listening.push(hear), () => {}) }
    const revocation = await Revocation.over({ directory, notifier, tokens, world, log: silentLog }, tenant.id)
    const since = directory.journal.since.bind(directory.journal)
    const [removed, looked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    directory.journal.since = async (...args) => {
      await removed.promise
      const seen = await since(...args)
      looked.resolve()
      return seen
    }
    wake()
    const { moment } = revocation
    await directory.exchange.remove(tenant.id, pointer.guid)
    removed.resolve()
    await looked.promise
    await turn()
    const entry = revocation.watch(ground, moment)
    wake()
    await revoked(entry.signal)
  })

  it('looks again when a look failed', async () => {
    const { revocation, ground, directory, tenant, pointer, world, failed } = await watch()
    const since = directory.journal.since.bind(directory.journal)
    let failures = 1
    directory.journal.since = (...args) => (failures-- > 0 ? Promise.reject(new Error('disk')) : since(...args))
    const entry = revocation.watch(ground, revocation.moment)
    await directory.exchange.remove(tenant.id, pointer.guid)
    await failed
    expect(entry.signal.aborted).toBe(false)
    world.advance(500)
    await revoked(entry.signal)
  })

  it('looks at everything when the journal has moved on too far', async () => {
    const { revocation, ground, directory, tenant, pointer } = await watch()
    const since = directory.journal.since.bind(directory.journal)
    directory.journal.since = async (...args) => ({ ...(await since(...args)), subjects: undefined })
    const entry = revocation.watch(ground, revocation.moment)
    await directory.exchange.remove(tenant.id, pointer.guid)
    await revoked(entry.signal)
  })

  it('looks a caller up once, however many of its mailboxes are judged again', async () => {
    const { revocation, ground, directory, tenant, reader } = await watch()
    const find = directory.exchange.findByAppId.bind(directory.exchange)
    let looked = 0
    directory.exchange.findByAppId = (...args) => (looked++, find(...args))
    const entries = Array.from({ length: 50 }, (_, i) =>
      revocation.watch(
        grantBasisOf({
          ...ground,
          address: `m${i}@contoso.test`,
          mailbox: { ...ground.mailbox, id: (1000 + i) as never },
        }),
        revocation.moment,
      ),
    )
    await directory.apps.update(tenant.id, reader.app.id, { displayName: 'Scanner' })
    await Promise.all(entries.map((entry) => revoked(entry.signal)))
    expect(looked).toBe(1)
  })
})
