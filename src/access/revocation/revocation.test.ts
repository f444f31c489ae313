import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeafNotifier } from '../../../test/support/deaf-notifier.ts'
import { createDirectory } from '../../domain/directory/directory.ts'
import { enterMailbox, openGrantedAccess, revoked } from '../../../test/support/access.ts'
import { grantMailbox, newMailbox } from '../../../test/support/directory.ts'
import type { Trustee } from '../../domain/directory/types.ts'

const fullAccess = (trustee: Trustee, deny = false) =>
  ({ trustee, accessRights: ['FullAccess'], deny, inheritanceType: 'All' }) as const

type Context = Awaited<ReturnType<typeof openGrantedAccess>>

/** Everything that a granted mailbox rests on, taken away. */
const removals: readonly (readonly [string, (context: Context) => Promise<unknown>])[] = [
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
    const context = await openGrantedAccess(profile)
    const [first, second] = [await enterMailbox(context), await enterMailbox(context)]
    await remove(context)
    await Promise.all([revoked(first.mailbox.revoked), revoked(second.mailbox.revoked)])
  })
})

it.each(removals)('another node takes a mailbox back without notices when %s', async (_, remove) => {
  const context = await openGrantedAccess()
  const { engine, world } = context
  const notices = new DeafNotifier()
  createDirectory({ sql: engine.sql, notifier: notices, world })
  const access = context.accessAs('standards', { notices })
  const { mailbox } = await enterMailbox({ ...context, access })
  await notices.look()
  await remove(context)
  expect(mailbox.revoked.aborted).toBe(false)
  await notices.look()
  await revoked(mailbox.revoked)
})

describe('a key that signed tokens and is taken back', () => {
  it('ends every connection that was opened by such a token, and no other', async () => {
    const context = await openGrantedAccess()
    const stolen = [await enterMailbox(context), await enterMailbox(context, 'pop3')]
    const [signing] = await context.tokens.ring.all()
    context.world.advance(1)
    await context.tokens.ring.rotate({ immediately: true })
    const good = await enterMailbox(context)
    await context.tokens.ring.revoke(signing!.kid)
    await Promise.all(stolen.map(({ mailbox }) => revoked(mailbox.revoked)))
    expect(good.mailbox.revoked.aborted).toBe(false)
  })

  it('lets nobody in whose token was verified before', async () => {
    const context = await openGrantedAccess()
    const bearer = await context.tokenFor(context.reader)
    const request = {
      credential: { bearer },
      protocol: 'imap',
      address: 'ada@contoso.test',
      from: '192.0.2.7',
    } as const
    expect(await context.access.enter(request)).toMatchObject({ granted: true })
    const [signing] = await context.tokens.ring.all()
    const meanwhile = context.access.enter(request)
    await context.tokens.ring.revoke(signing!.kid)
    const overtaken = await meanwhile
    if (overtaken.granted) await revoked(overtaken.mailbox.revoked)
    expect(await context.access.enter(request)).toMatchObject({ granted: false, failed: 'token' })
  })
})

describe('an application permission that is taken back', () => {
  it('ends what rests on it in standards', async () => {
    const context = await openGrantedAccess('standards')
    const entry = await enterMailbox(context)
    await context.directory.assignments.remove(context.tenant.id, context.assignment)
    await revoked(entry.mailbox.revoked)
  })

  it('counts in exchange-online until the token ends', async () => {
    const context = await openGrantedAccess('exchange-online')
    const entry = await enterMailbox(context)
    const popEntry = await enterMailbox(context, 'pop3')
    await context.directory.assignments.remove(context.tenant.id, context.assignment)
    // An entry after the notice was judged after the change.
    await context.directory.mailboxes.update(context.tenant.id, context.mailbox.id, { popEnabled: false })
    await revoked(popEntry.mailbox.revoked)
    expect(entry.mailbox.revoked.aborted).toBe(false)
  })
})

describe('a token that ends under a connection', () => {
  it('takes what it claimed along, where that was taken back before', async () => {
    const context = await openGrantedAccess('exchange-online')
    const entry = await enterMailbox(context)
    await context.directory.assignments.remove(context.tenant.id, context.assignment)
    context.world.advance(3_599_000)
    const popEntry = await enterMailbox(context, 'pop3')
    await context.directory.mailboxes.update(context.tenant.id, context.mailbox.id, { popEnabled: false })
    await revoked(popEntry.mailbox.revoked)
    expect(entry.mailbox.revoked.aborted).toBe(false)
    context.world.advance(1000)
    await revoked(entry.mailbox.revoked)
  })

  it('takes it along when it is taken back later', async () => {
    const context = await openGrantedAccess('exchange-online')
    const entry = await enterMailbox(context)
    context.world.advance(7_200_000)
    await context.directory.assignments.remove(context.tenant.id, context.assignment)
    await revoked(entry.mailbox.revoked)
  })

  it.each(['standards', 'exchange-online'] as const)('ends nothing that is granted still, in %s', async (profile) => {
    const context = await openGrantedAccess(profile)
    const entry = await enterMailbox(context)
    context.world.advance(7_200_000)
    const popEntry = await enterMailbox(context, 'pop3')
    await context.directory.mailboxes.update(context.tenant.id, context.mailbox.id, { popEnabled: false })
    await revoked(popEntry.mailbox.revoked)
    expect(entry.mailbox.revoked.aborted).toBe(false)
  })
})

describe('what does not rest on a change', () => {
  it('stays', async () => {
    const context = await openGrantedAccess()
    const { directory, tenant } = context
    const bobs = await directory.mailboxes.create(tenant.id, newMailbox('bob'))
    const { trustee } = await grantMailbox(directory, context.reader, bobs)
    const [ada, bob, pop] = [
      await enterMailbox(context),
      await enterMailbox(context, 'imap', 'bob'),
      await enterMailbox(context, 'pop3'),
    ]
    await directory.permissions.remove(bobs, fullAccess(trustee))
    await revoked(bob.mailbox.revoked)
    expect(ada.mailbox.revoked.aborted).toBe(false)
    await directory.mailboxes.update(tenant.id, context.mailbox.id, { imapEnabled: false })
    await revoked(ada.mailbox.revoked)
    expect(pop.mailbox.revoked.aborted).toBe(false)
  })

  it('stays when another tenant’s app of the same kind loses its mailbox', async () => {
    const context = await openGrantedAccess()
    const other = await context.directory.tenants.create('Fabrikam', 'fabrikam.test')
    const entry = await enterMailbox(context)
    const theirs = await context.directory.mailboxes.create(other.id, newMailbox('ada', 'fabrikam.test'))
    await context.directory.mailboxes.remove(other.id, theirs.id)
    await context.directory.mailboxes.update(context.tenant.id, context.mailbox.id, { popEnabled: false })
    expect(entry.mailbox.revoked.aborted).toBe(false)
  })
})

describe('an address', () => {
  it('that has become another mailbox’s takes the old one back', async () => {
    const context = await openGrantedAccess()
    const { directory, tenant } = context
    const entry = await enterMailbox(context)
    await directory.mailboxes.remove(tenant.id, context.mailbox.id)
    const again = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
    await grantMailbox(directory, context.reader, again)
    await revoked(entry.mailbox.revoked)
    const reopened = await enterMailbox(context)
    expect(reopened.mailbox.id).toBe(again.id)
  })
})

describe('a removal that overtakes a sign-in', () => {
  it('is never missed, whichever comes first', async () => {
    const context = await openGrantedAccess()
    const { directory, mailbox, trustee } = context
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(12), { minLength: 1, maxLength: 8 }), async (delays) => {
        await directory.permissions.add(mailbox, fullAccess(trustee))
        const entering = delays.map(async (delay) => {
          for (let turn = 0; turn < delay; turn++) await Promise.resolve()
          return context.access.enter({
            credential: { bearer: await context.tokenFor(context.reader) },
            protocol: 'imap',
            address: 'ada@contoso.test',
            from: '192.0.2.7',
          })
        })
        const removing = directory.permissions.remove(mailbox, fullAccess(trustee))
        for (const entry of await Promise.all(entering)) {
          if (entry.granted) await revoked(entry.mailbox.revoked)
        }
        await removing
      }),
      { numRuns: 60 },
    )
  })
})
