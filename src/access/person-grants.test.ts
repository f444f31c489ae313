import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openAccess, type OpenAccess, revoked } from '../../test/support/access.ts'
import { newMailbox, registerApp } from '../../test/support/directory.ts'

/** The permissions of the app, the rights of the user, and the switches of the mailbox. */
const ofTheApp = ['claim', 'consent', 'principal'] as const
const ofThePerson = ['account', 'permission', 'no denial', 'switch'] as const
const grants = [...ofTheApp, ...ofThePerson]
type Grant = (typeof grants)[number]

const SCOPE = 'IMAP.AccessAsUser.All'
let people = 0

/** A person and an app that hold exactly these grants on somebody else's mailbox: whether they get in. */
async function getsIn(context: OpenAccess, held: ReadonlySet<Grant>): Promise<boolean> {
  const { directory, tenant } = context
  const registered = await registerApp(context)
  const word = `g${people++}`
  const mailbox = await directory.mailboxes.create(tenant.id, newMailbox(word))
  const user = await directory.users.create(tenant.id, {
    userPrincipalName: `${word}.person@contoso.test`,
    displayName: word,
    mailNickname: `${word}.person`,
    accountEnabled: held.has('account'),
  })
  if (held.has('consent')) await context.consentTo(registered, [SCOPE], user.id)
  if (!held.has('principal')) {
    await directory.servicePrincipals.update(tenant.id, registered.principal.id, { accountEnabled: false })
  }
  if (!held.has('switch')) await directory.mailboxes.update(tenant.id, mailbox.id, { imapEnabled: false })
  const trustee = (await directory.permissions.trustee(tenant.id, user.id))!
  const grant = { trustee, accessRights: ['FullAccess'], inheritanceType: 'All' } as const
  if (held.has('permission')) await directory.permissions.add(mailbox, { ...grant, deny: false })
  if (!held.has('no denial')) await directory.permissions.add(mailbox, { ...grant, deny: true })
  const entry = await context.access.enter({
    credential: {
      bearer: await context.userTokenFor(registered, user, { scopes: held.has('claim') ? [SCOPE] : ['User.Read'] }),
    },
    protocol: 'imap',
    address: mailbox.primarySmtpAddress,
    from: '192.0.2.7',
  })
  return entry.granted
}

describe.each(['standards', 'exchange-online'] as const)('in %s', (profile) => {
  it('taking a consent or a permission away never opens a mailbox to a person', async () => {
    const context = await openAccess(profile)
    await fc.assert(
      fc.asyncProperty(fc.subarray(grants, { minLength: 1 }), fc.nat(), async (held, which) => {
        const without = held.filter((_, place) => place !== which % held.length)
        if (await getsIn(context, new Set(without))) expect(await getsIn(context, new Set(held))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('a token gives what the app and the person both have: all of one is nothing without the other', async () => {
    const context = await openAccess(profile)
    expect(await getsIn(context, new Set(grants))).toBe(true)
    await fc.assert(
      fc.asyncProperty(fc.subarray([...ofTheApp]), fc.subarray([...ofThePerson]), async (app, person) => {
        const needed = profile === 'exchange-online' ? ofTheApp.filter((grant) => grant !== 'consent') : ofTheApp
        const both = needed.every((grant) => app.includes(grant)) && person.length === ofThePerson.length
        expect(await getsIn(context, new Set<Grant>([...app, ...person]))).toBe(both)
      }),
      { numRuns: 80 },
    )
  })
})

describe('a removal that overtakes a person who signs in', () => {
  it('is never missed, whichever comes first', async () => {
    const context = await openAccess('standards')
    const { directory, tenant, access } = context
    const program = await registerApp(context)
    await directory.mailboxes.create(tenant.id, newMailbox('ada'))
    const user = (await directory.users.find(tenant.id, 'ada@contoso.test'))!
    const bearer = await context.userTokenFor(program, user, { scopes: [SCOPE] })
    const enable = (accountEnabled: boolean) => directory.users.update(tenant.id, user.id, { accountEnabled })
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(fc.nat(12), { minLength: 1, maxLength: 8 }),
        async (ofConsent, delays) => {
          await enable(true)
          const { id } = await context.consentTo(program, [SCOPE], user.id)
          const entering = delays.map(async (delay) => {
            for (let turn = 0; turn < delay; turn++) await Promise.resolve()
            const address = 'ada@contoso.test'
            return access.enter({ credential: { bearer }, protocol: 'imap', address, from: '192.0.2.7' })
          })
          const removing = ofConsent ? directory.consents.remove(tenant.id, id) : enable(false)
          for (const entry of await Promise.all(entering)) {
            if (entry.granted) await revoked(entry.mailbox.revoked)
          }
          await removing
          if (!ofConsent) await directory.consents.remove(tenant.id, id)
        },
      ),
      { numRuns: 60 },
    )
  })
})
