import { setImmediate as turn } from 'node:timers/promises'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openAccess, type OpenAccess } from '../../test/support/open-access.ts'
import { grantMailbox, mailboxNamed, type Registered, registerApp } from '../../test/support/open-directory.ts'
import type { Profile } from '../core/profile.ts'
import type { TenantId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import type { Trustee } from '../domain/directory/types.ts'
import type { MailProtocol } from './types.ts'
import { type Ground, Withdrawal } from './withdrawal.ts'

async function open(profile: Profile = 'exchange-online') {
  const house = await openAccess(profile)
  const { directory, tenant } = house
  const reader = await registerApp(house)
  const assignment = await house.consent(reader, 'IMAP.AccessAsApp')
  await house.consent(reader, 'POP.AccessAsApp')
  const mailbox = await directory.mailboxes.create(tenant.id, mailboxNamed('ada'))
  const { found: pointer, trustee } = await grantMailbox(directory, reader, mailbox)
  return { ...house, reader, assignment, mailbox, pointer, trustee }
}

async function enter(house: OpenAccess & { reader: Registered }, protocol: MailProtocol = 'imap', word = 'ada') {
  const entry = await house.access.enter({
    credential: { bearer: await house.tokenFor(house.reader) },
    protocol,
    address: `${word}@contoso.test`,
    from: '192.0.2.7',
  })
  if (!entry.granted) throw new Error(`Refused at ${entry.failed}`)
  return entry
}

const taken = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

const fullAccess = (trustee: Trustee, deny = false) =>
  ({ trustee, accessRights: ['FullAccess'], deny, inheritanceType: 'All' }) as const

type House = Awaited<ReturnType<typeof open>>

/** Everything that a granted mailbox rests on, taken away. */
const removals: readonly (readonly [string, (house: House) => Promise<unknown>])[] = [
  [
    'its permission is removed',
    ({ directory, mailbox, trustee }) => directory.permissions.remove(mailbox, fullAccess(trustee)),
  ],
  ['it is denied', ({ directory, mailbox, trustee }) => directory.permissions.add(mailbox, fullAccess(trustee, true))],
  ['the mailbox is removed', ({ directory, tenant, mailbox }) => directory.mailboxes.remove(tenant.id, mailbox.id)],
  [
    'its protocol is switched off',
    ({ directory, tenant, mailbox }) => directory.mailboxes.update(tenant.id, mailbox.id, { imapEnabled: false }),
  ],
  [
    'the Exchange service principal is removed',
    ({ directory, tenant, pointer }) => directory.exchange.remove(tenant.id, pointer.guid),
  ],
  [
    'the service principal is disabled',
    ({ directory, tenant, reader }) =>
      directory.servicePrincipals.update(tenant.id, reader.principal.id, { accountEnabled: false }),
  ],
  [
    'the service principal is removed',
    ({ directory, tenant, reader }) => directory.servicePrincipals.remove(tenant.id, reader.principal.id),
  ],
  ['the app is removed', ({ directory, tenant, reader }) => directory.apps.remove(tenant.id, reader.app.id)],
]

describe.each(['standards', 'exchange-online'] as const)('in %s a mailbox is taken back', (profile) => {
  it.each(removals)('when %s', async (_, remove) => {
    const house = await open(profile)
    const [first, second] = [await enter(house), await enter(house)]
    await remove(house)
    await Promise.all([taken(first.mailbox.withdrawn), taken(second.mailbox.withdrawn)])
  })
})

describe('an application permission that is taken back', () => {
  it('ends what rests on it in standards', async () => {
    const house = await open('standards')
    const entry = await enter(house)
    await house.directory.assignments.remove(house.tenant.id, house.assignment)
    await taken(entry.mailbox.withdrawn)
  })

  it('counts in exchange-online until the token ends', async () => {
    const house = await open('exchange-online')
    const entry = await enter(house)
    const popEntry = await enter(house, 'pop3')
    await house.directory.assignments.remove(house.tenant.id, house.assignment)
    // What is heard of later has been judged later.
    await house.directory.mailboxes.update(house.tenant.id, house.mailbox.id, { popEnabled: false })
    await taken(popEntry.mailbox.withdrawn)
    expect(entry.mailbox.withdrawn.aborted).toBe(false)
  })
})

describe('what does not rest on a change', () => {
  it('stays', async () => {
    const house = await open()
    const { directory, tenant } = house
    const bobs = await directory.mailboxes.create(tenant.id, mailboxNamed('bob'))
    const { trustee } = await grantMailbox(directory, house.reader, bobs)
    const [ada, bob, pop] = [await enter(house), await enter(house, 'imap', 'bob'), await enter(house, 'pop3')]
    await directory.permissions.remove(bobs, fullAccess(trustee))
    await taken(bob.mailbox.withdrawn)
    expect(ada.mailbox.withdrawn.aborted).toBe(false)
    await directory.mailboxes.update(tenant.id, house.mailbox.id, { imapEnabled: false })
    await taken(ada.mailbox.withdrawn)
    expect(pop.mailbox.withdrawn.aborted).toBe(false)
  })

  it('stays when another tenant’s app of the same kind loses its mailbox', async () => {
    const house = await open()
    const other = await house.directory.tenants.create('Fabrikam', 'fabrikam.test')
    const entry = await enter(house)
    const theirs = await house.directory.mailboxes.create(other.id, mailboxNamed('ada', 'fabrikam.test'))
    await house.directory.mailboxes.remove(other.id, theirs.id)
    await house.directory.mailboxes.update(house.tenant.id, house.mailbox.id, { popEnabled: false })
    expect(entry.mailbox.withdrawn.aborted).toBe(false)
  })
})

describe('an address', () => {
  it('that has become another mailbox’s takes the old one back', async () => {
    const house = await open()
    const { directory, tenant } = house
    const entry = await enter(house)
    await directory.mailboxes.remove(tenant.id, house.mailbox.id)
    const again = await directory.mailboxes.create(tenant.id, mailboxNamed('ada'))
    await grantMailbox(directory, house.reader, again)
    await taken(entry.mailbox.withdrawn)
    const anew = await enter(house)
    expect(anew.mailbox.id).toBe(again.id)
  })
})

describe('a removal that overtakes a sign-in', () => {
  it('is never missed, whichever comes first', async () => {
    const house = await open()
    const { directory, mailbox, trustee } = house
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(12), { minLength: 1, maxLength: 8 }), async (delays) => {
        await directory.permissions.add(mailbox, fullAccess(trustee))
        const entering = delays.map(async (delay) => {
          for (let turn = 0; turn < delay; turn++) await Promise.resolve()
          return house.access.enter({
            credential: { bearer: await house.tokenFor(house.reader) },
            protocol: 'imap',
            address: 'ada@contoso.test',
            from: '192.0.2.7',
          })
        })
        const removing = directory.permissions.remove(mailbox, fullAccess(trustee))
        for (const entry of await Promise.all(entering)) {
          if (entry.granted) await taken(entry.mailbox.withdrawn)
        }
        await removing
      }),
      { numRuns: 60 },
    )
  })
})

/** The watch alone, over the reader's granted mailbox. */
async function watch() {
  const house = await open()
  const { directory, engine, world, tenant, reader, mailbox } = house
  const { notifier } = engine
  const failed = Promise.withResolvers<void>()
  const log = { ...silentLog, error: () => failed.resolve() }
  const withdrawal = await Withdrawal.over({ directory, notifier, world, log }, tenant.id)
  const verdict = await house.tokens.verify(await house.tokenFor(reader))
  if (!verdict.ok) throw new Error(verdict.evidence)
  const ground: Ground = {
    claims: verdict.claims,
    protocol: 'imap',
    address: mailbox.primarySmtpAddress,
    rules: { immediateRevocation: false, strict: false },
    mailbox: { id: mailbox.id, guid: mailbox.guid },
  }
  return { ...house, withdrawal, ground, failed: failed.promise }
}

describe('the watch', () => {
  it('forgets what was left, and leaving twice does nothing', async () => {
    const { withdrawal, ground } = await watch()
    const entries = Array.from({ length: 5 }, () => withdrawal.watch(ground, withdrawal.moment))
    expect(withdrawal.size).toBe(5)
    entries[0]!.leave()
    entries[0]!.leave()
    expect(withdrawal.size).toBe(4)
    for (const entry of entries) entry.leave()
    expect(withdrawal.size).toBe(0)
  })

  it('forgets what was taken back, also when it is left afterwards', async () => {
    const { withdrawal, ground, directory, tenant, pointer } = await watch()
    const entries = Array.from({ length: 3 }, () => withdrawal.watch(ground, withdrawal.moment))
    await directory.exchange.remove(tenant.id, pointer.guid)
    await Promise.all(entries.map((entry) => taken(entry.signal)))
    expect(withdrawal.size).toBe(0)
    for (const entry of entries) entry.leave()
    expect(withdrawal.size).toBe(0)
  })

  it('misses no removal that another notice’s look saw, before the entry was watched and the own notice came', async () => {
    const { directory, world, tenant, pointer, ground } = await watch()
    const listening: (() => void)[] = []
    const wake = () => listening.forEach((hear) => hear())
    const notifier = { subscribe: (_: TenantId, hear: () => void) => (listening.push(hear), () => {}) }
    const withdrawal = await Withdrawal.over({ directory, notifier, world, log: silentLog }, tenant.id)
    const since = directory.journal.since.bind(directory.journal)
    const [removed, looked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    directory.journal.since = async (...args) => {
      await removed.promise
      const seen = await since(...args)
      looked.resolve()
      return seen
    }
    wake()
    const { moment } = withdrawal
    await directory.exchange.remove(tenant.id, pointer.guid)
    removed.resolve()
    await looked.promise
    await turn()
    const entry = withdrawal.watch(ground, moment)
    wake()
    await taken(entry.signal)
  })

  it('looks again when a look failed', async () => {
    const { withdrawal, ground, directory, tenant, pointer, world, failed } = await watch()
    const since = directory.journal.since.bind(directory.journal)
    let failures = 1
    directory.journal.since = (...args) => (failures-- > 0 ? Promise.reject(new Error('disk')) : since(...args))
    const entry = withdrawal.watch(ground, withdrawal.moment)
    await directory.exchange.remove(tenant.id, pointer.guid)
    await failed
    expect(entry.signal.aborted).toBe(false)
    world.advance(500)
    await taken(entry.signal)
  })

  it('looks at everything when the journal has moved on too far', async () => {
    const { withdrawal, ground, directory, tenant, pointer } = await watch()
    const since = directory.journal.since.bind(directory.journal)
    directory.journal.since = async (...args) => ({ ...(await since(...args)), subjects: undefined })
    const entry = withdrawal.watch(ground, withdrawal.moment)
    await directory.exchange.remove(tenant.id, pointer.guid)
    await taken(entry.signal)
  })

  it('looks a caller up once, however many of its mailboxes are judged anew', async () => {
    const { withdrawal, ground, directory, tenant, reader } = await watch()
    const find = directory.exchange.findByAppId.bind(directory.exchange)
    let looked = 0
    directory.exchange.findByAppId = (...args) => (looked++, find(...args))
    const entries = Array.from({ length: 50 }, (_, i) =>
      withdrawal.watch(
        { ...ground, address: `m${i}@contoso.test`, mailbox: { ...ground.mailbox, id: (1000 + i) as never } },
        withdrawal.moment,
      ),
    )
    await directory.apps.update(tenant.id, reader.app.id, { displayName: 'Scanner' })
    await Promise.all(entries.map((entry) => taken(entry.signal)))
    expect(looked).toBe(1)
  })
})
