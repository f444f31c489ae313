import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openAccess, type OpenAccess } from '../../test/support/access.ts'
import { newMailbox, registerApp } from '../../test/support/directory.ts'

const grants = ['claim', 'role', 'principal', 'pointer', 'switch', 'permission', 'no denial'] as const
type Grant = (typeof grants)[number]

let apps = 0

/** An app that holds exactly these grants: whether it gets in. */
async function getsIn(context: OpenAccess, held: ReadonlySet<Grant>): Promise<boolean> {
  const { directory, tenant } = context
  const registered = await registerApp(context)
  const mailbox = await directory.mailboxes.create(tenant.id, newMailbox(`g${apps++}`))
  if (held.has('role')) await context.assignAppRole(registered, 'IMAP.AccessAsApp')
  if (!held.has('principal')) {
    await directory.servicePrincipals.update(tenant.id, registered.principal.id, { accountEnabled: false })
  }
  if (!held.has('switch')) await directory.mailboxes.update(tenant.id, mailbox.id, { imapEnabled: false })
  if (held.has('pointer')) {
    const { guid } = await directory.exchange.create(tenant.id, {
      appId: registered.app.appId,
      objectId: registered.principal.id,
    })
    const trustee = (await directory.permissions.trustee(tenant.id, guid))!
    const grant = { trustee, accessRights: ['FullAccess'], inheritanceType: 'All' } as const
    if (held.has('permission')) await directory.permissions.add(mailbox, { ...grant, deny: false })
    if (!held.has('no denial')) await directory.permissions.add(mailbox, { ...grant, deny: true })
  }
  const entry = await context.access.enter({
    credential: {
      bearer: await context.tokenFor(registered, { roles: held.has('claim') ? ['IMAP.AccessAsApp'] : [] }),
    },
    protocol: 'imap',
    address: mailbox.primarySmtpAddress,
    from: '192.0.2.7',
  })
  return entry.granted
}

describe.each(['standards', 'exchange-online'] as const)('in %s', (profile) => {
  it('taking a grant away never opens a mailbox', async () => {
    const context = await openAccess(profile)
    await fc.assert(
      fc.asyncProperty(fc.subarray([...grants], { minLength: 1 }), fc.nat(), async (held, which) => {
        const without = held.filter((_, place) => place !== which % held.length)
        if (await getsIn(context, new Set(without))) expect(await getsIn(context, new Set(held))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('every grant is needed, but for the assignment where the claim is enough', async () => {
    const context = await openAccess(profile)
    expect(await getsIn(context, new Set(grants))).toBe(true)
    for (const grant of grants) {
      const opens = await getsIn(context, new Set(grants.filter((other) => other !== grant)))
      expect(opens, grant).toBe(grant === 'role' && profile === 'exchange-online')
    }
  })
})
