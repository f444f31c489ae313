import { describe, expect, it } from 'vitest'
import { openAccess } from '../../test/support/access.ts'
import { grantMailbox, newMailbox, registerApp } from '../../test/support/directory.ts'
import { exchangeOnline } from '../core/well-known/exchange-online.ts'

async function opened(...roles: readonly string[]) {
  const context = await openAccess('exchange-online')
  const sender = await registerApp(context)
  const mailbox = await context.directory.mailboxes.create(context.tenant.id, newMailbox('ada'))
  await grantMailbox(context.directory, sender, mailbox)
  for (const role of roles) await context.assignAppRole(sender, role)
  const enter = async () => {
    const bearer = await context.tokenFor(sender)
    const address = 'ada@contoso.test'
    const entry = await context.access.enter({ credential: { bearer }, protocol: 'smtp', address, from: '192.0.2.7' })
    await context.signIns.settled()
    return { entry, record: await context.signIns.find(context.tenant.id, entry.signIn) }
  }
  return { ...context, sender, mailbox, enter }
}

describe('submission', () => {
  it('opens a mailbox to an app with SMTP.SendAsApp, whatever the switches of the reading protocols', async () => {
    const { enter, directory, tenant, mailbox } = await opened('SMTP.SendAsApp')
    await directory.mailboxes.update(tenant.id, mailbox.id, { imapEnabled: false, popEnabled: false })
    const { entry, record } = await enter()
    expect(entry).toMatchObject({ granted: true })
    expect(record).toMatchObject({ protocol: 'smtp', outcome: 'granted' })
    expect(record!.checks.map(({ name }) => name)).toContain('protocolEnabled')
  })

  it('needs that role and not those of reading; the fix grants it', async () => {
    const { enter, sender } = await opened('IMAP.AccessAsApp', 'POP.AccessAsApp')
    const { entry, record } = await enter()
    expect(entry).toMatchObject({ granted: false, failed: 'role', spokenAt: 'authenticate' })
    expect(record!.checks.at(-1)!.evidence).toContain('IMAP.AccessAsApp, POP.AccessAsApp and not SMTP.SendAsApp')
    const role = exchangeOnline.appRoles.find(({ value }) => value === 'SMTP.SendAsApp')!
    expect(record!.fix[0]).toContain(`-ServicePrincipalId ${sender.principal.id}`)
    expect(record!.fix[0]).toContain(`-AppRoleId ${role.id}`)
  })

  it('takes SMTP.Send, a delegated permission, for what it is', async () => {
    const { enter, directory, tenant, sender } = await opened()
    const scope = exchangeOnline.oauth2PermissionScopes.find(({ value }) => value === 'SMTP.Send')!
    await directory.apps.update(tenant.id, sender.app.id, {
      requiredResourceAccess: [
        { resourceAppId: exchangeOnline.appId, resourceAccess: [{ id: scope.id, type: 'Scope' }] },
      ],
    })
    const { record } = await enter()
    expect(record!.checks.at(-1)!.evidence).toMatch(/asks for SMTP\.Send, a delegated permission/)
  })

  it.each([
    [false, undefined, undefined],
    [true, undefined, 'tenant'],
    [true, false, undefined],
    [true, true, 'mailbox'],
    [false, true, 'mailbox'],
    [false, false, undefined],
  ] as const)(
    'with SmtpClientAuthenticationDisabled %s for the tenant and %s for the mailbox is off at: %s',
    async (tenantOff, mailboxOff, at) => {
      const { enter, directory, tenant, mailbox } = await opened('SMTP.SendAsApp')
      await directory.organization.changeTransport(tenant.id, { SmtpClientAuthenticationDisabled: tenantOff })
      await directory.mailboxes.update(tenant.id, mailbox.id, { smtpClientAuthenticationDisabled: mailboxOff ?? null })
      const { entry, record } = await enter()
      if (at === undefined) return expect(entry).toMatchObject({ granted: true })
      expect(entry).toMatchObject({ granted: false, failed: 'protocolEnabled', switchedOff: at })
      expect(record!.checks.at(-1)!.evidence).toContain(`SMTP is off for the ${at}`)
      expect(record!.fix).toEqual([
        'postern Set-CASMailbox -Identity ada@contoso.test -SmtpClientAuthenticationDisabled:false',
        ...(at === 'tenant' ? ['postern Set-TransportConfig -SmtpClientAuthenticationDisabled:false'] : []),
      ])
    },
  )

  it('is taken back when it is switched off for the tenant', async () => {
    const { enter, directory, tenant } = await opened('SMTP.SendAsApp')
    const { entry } = await enter()
    if (!entry.granted) throw new Error('The entry was not granted')
    const revoked = new Promise((resolve) => entry.mailbox.revoked.addEventListener('abort', resolve))
    await directory.organization.changeTransport(tenant.id, { SmtpClientAuthenticationDisabled: true })
    await revoked
  })

  it('is taken back when the permission on the mailbox is', async () => {
    const { enter, directory, tenant, sender, mailbox } = await opened('SMTP.SendAsApp')
    const { entry } = await enter()
    if (!entry.granted) throw new Error('The entry was not granted')
    const revoked = new Promise((resolve) => entry.mailbox.revoked.addEventListener('abort', resolve))
    const trustee = await directory.permissions.trustee(tenant.id, sender.app.appId)
    await directory.permissions.remove(mailbox, { trustee: trustee!, accessRights: ['FullAccess'], deny: false })
    await revoked
  })
})
