import { describe, expect, it } from 'vitest'
import { openAccess } from '../../../test/support/open-access.ts'
import { grantMailbox, mailboxNamed, registerApp } from '../../../test/support/open-directory.ts'

async function open() {
  const house = await openAccess('standards')
  const { directory, tenant } = house
  const reader = await registerApp(house)
  const mailbox = await directory.mailboxes.create(tenant.id, mailboxNamed('ada'))
  const simulate = (app: string = reader.app.appId, protocol: 'imap' | 'pop3' = 'imap') =>
    house.access.simulate(tenant.id, { mailbox: 'ada@contoso.test', app, protocol })
  return { ...house, reader, mailbox, simulate }
}

describe('simulation', () => {
  it('takes any of the app’s three ids, and records nothing', async () => {
    const house = await open()
    const { app, principal } = house.reader
    for (const id of [app.appId, app.id, principal.id, app.appId.toUpperCase()]) {
      expect(await house.simulate(id)).toMatchObject({
        app: { appId: app.appId, id: app.id },
        mailbox: 'ada@contoso.test',
        failed: 'role',
        wire: 'Bearer role',
      })
    }
    await house.signIns.settled()
    expect(await house.signIns.recent(house.tenant.id, 10)).toEqual([])
    await expect(house.simulate('11111111-1111-4111-8111-111111111111')).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
  })

  it('follows the directory from step to step', async () => {
    const house = await open()
    expect((await house.simulate()).checks.at(-1)?.evidence).toMatch(/^A fresh token would carry no roles\./)
    await house.consent(house.reader, 'IMAP.AccessAsApp')
    expect(await house.simulate()).toMatchObject({ failed: 'exchangeServicePrincipal' })
    await grantMailbox(house.directory, house.reader, house.mailbox)
    const granted = await house.simulate()
    expect(granted).toMatchObject({ outcome: 'granted', failed: undefined, fix: [] })
    expect(granted.checks).toHaveLength(8)
    expect(await house.simulate(house.reader.app.appId, 'pop3')).toMatchObject({ failed: 'role' })
  })

  it('names the service principal where one is missing or disabled', async () => {
    const house = await open()
    const { app, principal } = house.reader
    await house.consent(house.reader, 'IMAP.AccessAsApp')
    await house.directory.servicePrincipals.update(house.tenant.id, principal.id, { accountEnabled: false })
    expect(await house.simulate()).toMatchObject({ failed: 'servicePrincipal' })
    await house.directory.servicePrincipals.remove(house.tenant.id, principal.id)
    expect(await house.simulate()).toMatchObject({
      failed: 'servicePrincipal',
      fix: [`postern New-MgServicePrincipal -AppId ${app.appId}`],
    })
  })
})
