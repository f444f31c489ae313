import { describe, expect, it } from 'vitest'
import { openAccess } from '../../../test/support/access.ts'
import { grantMailbox, newMailbox, registerApp } from '../../../test/support/directory.ts'

async function open() {
  const context = await openAccess('standards')
  const { directory, tenant } = context
  const reader = await registerApp(context)
  const mailbox = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const simulate = (app: string = reader.app.appId, protocol: 'imap' | 'pop3' = 'imap') =>
    context.access.simulate(tenant.id, { mailbox: 'ada@contoso.test', app, protocol })
  return { ...context, reader, mailbox, simulate }
}

describe('simulation', () => {
  it('takes any of the app’s three ids, and records nothing', async () => {
    const context = await open()
    const { app, principal } = context.reader
    for (const id of [app.appId, app.id, principal.id, app.appId.toUpperCase()]) {
      expect(await context.simulate(id)).toMatchObject({
        app: { appId: app.appId, id: app.id },
        mailbox: 'ada@contoso.test',
        failed: 'role',
        wire: 'Bearer role',
      })
    }
    await context.signIns.settled()
    expect(await context.signIns.recent(context.tenant.id, 10)).toEqual([])
    await expect(context.simulate('11111111-1111-4111-8111-111111111111')).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
  })

  it('follows the directory from step to step', async () => {
    const context = await open()
    expect((await context.simulate()).checks.at(-1)?.evidence).toMatch(/^A fresh token would carry no roles\./)
    await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    expect(await context.simulate()).toMatchObject({ failed: 'exchangeServicePrincipal' })
    await grantMailbox(context.directory, context.reader, context.mailbox)
    const granted = await context.simulate()
    expect(granted).toMatchObject({ outcome: 'granted', failed: undefined, fix: [] })
    expect(granted.checks).toHaveLength(8)
    expect(await context.simulate(context.reader.app.appId, 'pop3')).toMatchObject({ failed: 'role' })
  })

  it('names the service principal where one is missing or disabled', async () => {
    const context = await open()
    const { app, principal } = context.reader
    await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    await context.directory.servicePrincipals.update(context.tenant.id, principal.id, { accountEnabled: false })
    expect(await context.simulate()).toMatchObject({ failed: 'servicePrincipal' })
    await context.directory.servicePrincipals.remove(context.tenant.id, principal.id)
    expect(await context.simulate()).toMatchObject({
      failed: 'servicePrincipal',
      fix: [`postern New-MgServicePrincipal -AppId ${app.appId}`],
    })
  })
})
