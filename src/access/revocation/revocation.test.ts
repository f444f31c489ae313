import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { enter, openGranted, taken } from '../../../test/support/granted-mailbox.ts'
import { grantMailbox, mailboxNamed } from '../../../test/support/open-directory.ts'
import type { Trustee } from '../../domain/directory/types.ts'

const fullAccess = (trustee: Trustee, deny = false) =>
  ({ trustee, accessRights: ['FullAccess'], deny, inheritanceType: 'All' }) as const

type House = Awaited<ReturnType<typeof openGranted>>

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
    const house = await openGranted(profile)
    const [first, second] = [await enter(house), await enter(house)]
    await remove(house)
    await Promise.all([taken(first.mailbox.revoked), taken(second.mailbox.revoked)])
  })
})

describe('a key that signed tokens and is taken back', () => {
  it('ends every connection that was opened by such a token, and no other', async () => {
    const house = await openGranted()
    const stolen = [await enter(house), await enter(house, 'pop3')]
    const [signing] = await house.tokens.ring.all()
    house.world.advance(1)
    await house.tokens.ring.rotate({ immediately: true })
    const good = await enter(house)
    await house.tokens.ring.revoke(signing!.kid)
    await Promise.all(stolen.map(({ mailbox }) => taken(mailbox.revoked)))
    expect(good.mailbox.revoked.aborted).toBe(false)
  })

  it('lets nobody in whose token was verified before', async () => {
    const house = await openGranted()
    const bearer = await house.tokenFor(house.reader)
    const request = {
      credential: { bearer },
      protocol: 'imap',
      address: 'ada@contoso.test',
      from: '192.0.2.7',
    } as const
    expect(await house.access.enter(request)).toMatchObject({ granted: true })
    const [signing] = await house.tokens.ring.all()
    const meanwhile = house.access.enter(request)
    await house.tokens.ring.revoke(signing!.kid)
    const overtaken = await meanwhile
    if (overtaken.granted) await taken(overtaken.mailbox.revoked)
    expect(await house.access.enter(request)).toMatchObject({ granted: false, failed: 'token' })
  })
})

describe('an application permission that is taken back', () => {
  it('ends what rests on it in standards', async () => {
    const house = await openGranted('standards')
    const entry = await enter(house)
    await house.directory.assignments.remove(house.tenant.id, house.assignment)
    await taken(entry.mailbox.revoked)
  })

  it('counts in exchange-online until the token ends', async () => {
    const house = await openGranted('exchange-online')
    const entry = await enter(house)
    const popEntry = await enter(house, 'pop3')
    await house.directory.assignments.remove(house.tenant.id, house.assignment)
    // What is heard of later has been judged later.
    await house.directory.mailboxes.update(house.tenant.id, house.mailbox.id, { popEnabled: false })
    await taken(popEntry.mailbox.revoked)
    expect(entry.mailbox.revoked.aborted).toBe(false)
  })
})

describe('a token that ends under a connection', () => {
  it('takes what it claimed along, where that was taken back before', async () => {
    const house = await openGranted('exchange-online')
    const entry = await enter(house)
    await house.directory.assignments.remove(house.tenant.id, house.assignment)
    house.world.advance(3_599_000)
    const popEntry = await enter(house, 'pop3')
    await house.directory.mailboxes.update(house.tenant.id, house.mailbox.id, { popEnabled: false })
    await taken(popEntry.mailbox.revoked)
    expect(entry.mailbox.revoked.aborted).toBe(false)
    house.world.advance(1000)
    await taken(entry.mailbox.revoked)
  })

  it('takes it along when it is taken back later', async () => {
    const house = await openGranted('exchange-online')
    const entry = await enter(house)
    house.world.advance(7_200_000)
    await house.directory.assignments.remove(house.tenant.id, house.assignment)
    await taken(entry.mailbox.revoked)
  })

  it.each(['standards', 'exchange-online'] as const)('ends nothing that is granted still, in %s', async (profile) => {
    const house = await openGranted(profile)
    const entry = await enter(house)
    house.world.advance(7_200_000)
    const popEntry = await enter(house, 'pop3')
    await house.directory.mailboxes.update(house.tenant.id, house.mailbox.id, { popEnabled: false })
    await taken(popEntry.mailbox.revoked)
    expect(entry.mailbox.revoked.aborted).toBe(false)
  })
})

describe('what does not rest on a change', () => {
  it('stays', async () => {
    const house = await openGranted()
    const { directory, tenant } = house
    const bobs = await directory.mailboxes.create(tenant.id, mailboxNamed('bob'))
    const { trustee } = await grantMailbox(directory, house.reader, bobs)
    const [ada, bob, pop] = [await enter(house), await enter(house, 'imap', 'bob'), await enter(house, 'pop3')]
    await directory.permissions.remove(bobs, fullAccess(trustee))
    await taken(bob.mailbox.revoked)
    expect(ada.mailbox.revoked.aborted).toBe(false)
    await directory.mailboxes.update(tenant.id, house.mailbox.id, { imapEnabled: false })
    await taken(ada.mailbox.revoked)
    expect(pop.mailbox.revoked.aborted).toBe(false)
  })

  it('stays when another tenant’s app of the same kind loses its mailbox', async () => {
    const house = await openGranted()
    const other = await house.directory.tenants.create('Fabrikam', 'fabrikam.test')
    const entry = await enter(house)
    const theirs = await house.directory.mailboxes.create(other.id, mailboxNamed('ada', 'fabrikam.test'))
    await house.directory.mailboxes.remove(other.id, theirs.id)
    await house.directory.mailboxes.update(house.tenant.id, house.mailbox.id, { popEnabled: false })
    expect(entry.mailbox.revoked.aborted).toBe(false)
  })
})

describe('an address', () => {
  it('that has become another mailbox’s takes the old one back', async () => {
    const house = await openGranted()
    const { directory, tenant } = house
    const entry = await enter(house)
    await directory.mailboxes.remove(tenant.id, house.mailbox.id)
    const again = await directory.mailboxes.create(tenant.id, mailboxNamed('ada'))
    await grantMailbox(directory, house.reader, again)
    await taken(entry.mailbox.revoked)
    const anew = await enter(house)
    expect(anew.mailbox.id).toBe(again.id)
  })
})

describe('a removal that overtakes a sign-in', () => {
  it('is never missed, whichever comes first', async () => {
    const house = await openGranted()
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
          if (entry.granted) await taken(entry.mailbox.revoked)
        }
        await removing
      }),
      { numRuns: 60 },
    )
  })
})
