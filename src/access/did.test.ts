import { describe, expect, it } from 'vitest'
import { enterMailbox, openAccess, openGrantedAccess } from '../../test/support/access.ts'
import { newMailbox, registerApp } from '../../test/support/directory.ts'

describe('what is done after entering', () => {
  it('is counted for the app, by the mailbox and the protocol', async () => {
    const context = await openGrantedAccess()
    const { signIns, tenant, reader } = context
    const [imap, pop3] = [await enterMailbox(context), await enterMailbox(context, 'pop3')]
    for (let i = 0; i < 2; i++) imap.did('search unseen')
    pop3.did('retrieve')
    await signIns.settled()
    const done = await signIns.operations.done(tenant.id, reader.app.appId)
    expect(done).toMatchObject([
      { as: 'app', protocol: 'imap', mailbox: 'ada@contoso.test', operation: 'search unseen', count: 2 },
      { as: 'app', protocol: 'pop3', mailbox: 'ada@contoso.test', operation: 'retrieve', count: 1 },
    ])
  })

  it('is counted apart where the app acts for a person', async () => {
    const context = await openAccess('standards')
    const { directory, tenant, signIns, access } = context
    const program = await registerApp(context)
    await directory.mailboxes.create(tenant.id, newMailbox('ada'))
    const user = (await directory.users.find(tenant.id, 'ada@contoso.test'))!
    await context.consentTo(program, ['IMAP.AccessAsUser.All'], user.id)
    const bearer = await context.userTokenFor(program, user)
    const from = '192.0.2.7'
    const entry = await access.enter({ credential: { bearer }, protocol: 'imap', address: 'Ada@Contoso.test', from })
    if (!entry.granted) throw new Error(`Refused at ${entry.failed}`)
    entry.did('idle')
    await signIns.settled()
    expect(await signIns.operations.done(tenant.id, program.app.appId)).toMatchObject([
      { as: 'person', mailbox: 'ada@contoso.test', operation: 'idle' },
    ])
  })
})
