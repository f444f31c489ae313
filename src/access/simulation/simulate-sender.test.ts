import { describe, expect, it } from 'vitest'
import { openAccess } from '../../../test/support/access.ts'
import { grantMailbox, newMailbox, registerApp } from '../../../test/support/directory.ts'

const BOB = 'bob@contoso.test'

async function open() {
  const context = await openAccess('exchange-online')
  const { directory, tenant } = context
  const ada = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const bob = await directory.mailboxes.create(tenant.id, newMailbox('bob'))
  const app = await registerApp(context)
  await context.assignAppRole(app, 'SMTP.SendAsApp')
  const asked = { mailbox: 'ada@contoso.test', app: app.app.appId, protocol: 'smtp' } as const
  const simulate = async (from: string, user?: string) => {
    const simulated = await context.access.simulate(tenant.id, { ...asked, from, user })
    return { ...simulated, last: simulated.checks.at(-1)! }
  }
  return { ...context, ada, bob, app, asked, simulate }
}

describe('a sender is simulated', () => {
  it('behind all that opens the mailbox', async () => {
    const { directory, app, ada, simulate } = await open()
    expect(await simulate(BOB)).toMatchObject({ failed: 'exchangeServicePrincipal' })
    await grantMailbox(directory, app, ada)
    expect(await simulate('ada@contoso.test')).toMatchObject({
      outcome: 'granted',
      last: { name: 'sendAs', ok: true, evidence: expect.stringContaining('ada@contoso.test itself') as string },
    })
  })

  it('with what lets the app send as it, and what it would be told', async () => {
    const { directory, tenant, app, ada, bob, simulate } = await open()
    await grantMailbox(directory, app, ada)
    const refused = await simulate(BOB)
    expect(refused).toMatchObject({ failed: 'sendAs', wire: `ada@contoso.test not as ${BOB}`, errorCode: 50105 })
    expect(refused.fix).toEqual([
      `postern Add-RecipientPermission -Identity ${BOB} -Trustee ${app.principal.id} -AccessRights SendAs`,
    ])
    const trustee = (await directory.permissions.trustee(tenant.id, app.principal.id))!
    await directory.sendAs.add(bob, { trustee, deny: false })
    const { outcome, last } = await simulate(BOB)
    expect([outcome, last.evidence]).toEqual([
      'granted',
      `Mail from ${BOB} would be taken: there is SendAs for the mailbox ${BOB}.`,
    ])
    await directory.sendAs.add(bob, { trustee, deny: true })
    expect((await simulate(BOB)).fix[0]).toMatch(/-AccessRights SendAs -Deny -Confirm:\$false$/)
    expect(await simulate('nobody@contoso.test')).toMatchObject({ failed: 'sendAs', fix: ['postern Get-Mailbox'] })
  })

  it('as one on whose behalf the mailbox may send', async () => {
    const { directory, tenant, app, ada, bob, simulate } = await open()
    await grantMailbox(directory, app, ada)
    const settings = { GrantSendOnBehalfTo: [ada.externalDirectoryObjectId] }
    await directory.mailboxes.update(tenant.id, bob.id, { settings })
    const { outcome, last } = await simulate(BOB)
    expect([outcome, last.evidence]).toEqual(['granted', expect.stringContaining('on its behalf')])
  })

  it('by the person’s own rights where the app comes for one', async () => {
    const context = await open()
    const { directory, tenant, app, bob, simulate } = context
    await context.consentTo(app, ['SMTP.Send'])
    const ada = 'ada@contoso.test'
    expect((await simulate(BOB, ada)).fix).toEqual([
      `postern Add-RecipientPermission -Identity ${BOB} -Trustee ${ada} -AccessRights SendAs`,
    ])
    const trustee = (await directory.permissions.trustee(tenant.id, 'ada'))!
    await directory.sendAs.add(bob, { trustee, deny: false })
    expect(await simulate(BOB, ada)).toMatchObject({ outcome: 'granted', last: { name: 'sendAs' } })
  })

  it('over SMTP alone', async () => {
    const { access, tenant, asked } = await open()
    for (const protocol of ['imap', 'graph'] as const) {
      await expect(access.simulate(tenant.id, { ...asked, protocol, from: BOB })).rejects.toMatchObject({
        reason: 'unsupported',
      })
    }
  })
})
