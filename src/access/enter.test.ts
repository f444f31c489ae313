import { describe, expect, it } from 'vitest'
import { openAccess } from '../../test/support/open-access.ts'
import { grantMailbox, mailboxNamed, registerApp } from '../../test/support/open-directory.ts'

describe('entering', () => {
  it('opens the mailbox that was granted, and puts the decision on record', async () => {
    const house = await openAccess('exchange-online')
    const { directory, tenant, access, signIns } = house
    const reader = await registerApp(house)
    await house.consent(reader, 'IMAP.AccessAsApp')
    const mailbox = await directory.mailboxes.create(tenant.id, mailboxNamed('ada'))
    await grantMailbox(directory, reader, mailbox)

    const entry = await access.enter({
      credential: { bearer: await house.tokenFor(reader) },
      protocol: 'imap',
      address: 'ADA@contoso.test',
      from: '192.0.2.7',
    })
    if (!entry.granted) throw new Error(`Refused at ${entry.failed}`)
    expect(entry.mailbox.id).toBe(mailbox.id)
    expect(entry.caller).toMatchObject({ appId: reader.app.appId, servicePrincipal: reader.principal.id })
    await signIns.settled()
    expect(await signIns.find(tenant.id, entry.signIn)).toMatchObject({
      outcome: 'granted',
      app: { appId: reader.app.appId, id: reader.app.id },
      mailbox: 'ADA@contoso.test',
      wire: 'Bearer granted',
      failed: undefined,
    })
  })
})
