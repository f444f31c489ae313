import { describe, expect, it } from 'vitest'
import { openAccess } from '../../test/support/access.ts'
import { grantMailbox, newMailbox, registerApp } from '../../test/support/directory.ts'
import type { Credential } from './types.ts'

describe('entering', () => {
  it('opens the mailbox that was granted, and puts the decision on record', async () => {
    const context = await openAccess('exchange-online')
    const { directory, tenant, access, signIns } = context
    const reader = await registerApp(context)
    await context.assignAppRole(reader, 'IMAP.AccessAsApp')
    const mailbox = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
    await grantMailbox(directory, reader, mailbox)

    const entry = await access.enter({
      credential: { bearer: await context.tokenFor(reader) },
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

  it('records a refusal with the number of the token service that comes nearest', async () => {
    const context = await openAccess('exchange-online')
    const { directory, tenant, access, signIns } = context
    const reader = await registerApp(context)
    const mailbox = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
    await directory.mailboxes.create(tenant.id, newMailbox('bob'))
    await grantMailbox(directory, reader, mailbox)
    const roles = ['IMAP.AccessAsApp']
    const good = { bearer: await context.tokenFor(reader, { roles }) }
    const cases: readonly (readonly [number, Credential, string])[] = [
      [530035, { password: 'x' }, 'ada'],
      [50027, { bearer: 'a.b.c' }, 'ada'],
      [500133, { bearer: await context.tokenFor(reader, { roles, lifetime: -1 }) }, 'ada'],
      [500011, { bearer: await context.tokenFor(reader, { roles, audience: 'https://graph.microsoft.com' }) }, 'ada'],
      [501051, { bearer: await context.tokenFor(reader) }, 'ada'],
      [50034, good, 'nobody'],
      [50105, good, 'bob'],
      [0, good, 'ada'],
    ]
    for (const [errorCode, credential, word] of cases) {
      const { signIn } = await access.enter({
        credential,
        protocol: 'imap',
        address: `${word}@contoso.test`,
        from: '192.0.2.7',
      })
      await signIns.settled()
      const record = (await signIns.find(tenant.id, signIn))!
      expect(record).toMatchObject({ errorCode, failureReason: record.checks.find(({ ok }) => !ok)?.evidence })
    }
  })
})
