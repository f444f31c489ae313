import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer, signInUser, withPasswords } from '../../../test/support/server.ts'
import { registerAppWith } from '../../../test/support/directory.ts'
import { silentLog } from '../../core/log.ts'

const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10'
const EXCHANGE_ADMINISTRATOR = '29232cdf-9323-42fd-ade2-1d097af3e4de'
const GLOBAL_READER = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'

const run = async (context: OpenServer, bearer: string, cmdlet = 'Get-Mailbox') => {
  const answer = await context.invoke(cmdlet, {}, { bearer })
  return { status: answer.statusCode, text: answer.rawPayload.toString() }
}

describe('a person who manages Exchange', () => {
  it.each([
    ['an Exchange Administrator', EXCHANGE_ADMINISTRATOR],
    ['a Global Administrator', GLOBAL_ADMINISTRATOR],
    ['a Global Reader', GLOBAL_READER],
  ])('is %s, in an app with the scope Exchange.Manage', async (_, role) => {
    const context = await openServer(silentLog, withPasswords)
    const { token } = await signInUser(context, 'ada', { scopes: ['Exchange.Manage'], directoryRoles: [role] })
    expect((await run(context, token)).status).toBe(200)
    // A cmdlet that the role does not grant is unknown to the caller.
    expect((await run(context, token, 'New-Mailbox')).status).toBe(role === GLOBAL_READER ? 404 : 400)
  })

  it('is not one without a directory role, nor in an app without the scope', async () => {
    const context = await openServer(silentLog, withPasswords)
    const ada = await signInUser(context, 'ada', { scopes: ['Exchange.Manage'] })
    const mere = await run(context, ada.token)
    expect(mere.status).toBe(403)
    expect(mere.text).toContain("The user ada@contoso.test isn't assigned to any management roles.")
    const bob = await signInUser(context, 'bob', {
      scopes: ['IMAP.AccessAsUser.All'],
      directoryRoles: [GLOBAL_ADMINISTRATOR],
    })
    const elsewhere = await run(context, bob.token)
    expect(elsewhere.status).toBe(403)
    expect(elsewhere.text).toContain('does not hold the scope Exchange.Manage for bob@contoso.test')
  })

  it('is refused once the app is disabled', async () => {
    const context = await openServer(silentLog, withPasswords)
    const { directory, tenant } = context
    const { appId, token } = await signInUser(context, 'ada', {
      scopes: ['Exchange.Manage'],
      directoryRoles: [EXCHANGE_ADMINISTRATOR],
    })
    const principal = (await directory.servicePrincipals.find(tenant.id, { appId }))!
    await directory.servicePrincipals.update(tenant.id, principal.id, { accountEnabled: false })
    expect((await run(context, token)).status).toBe(401)
  })
})

describe('the last administrator', () => {
  it('keeps the mailbox, and with it the user, that a cmdlet would remove', async () => {
    const context = await openServer(silentLog, withPasswords)
    const { directory, tenant, admin } = context
    await signInUser(context, 'ada', { scopes: ['Exchange.Manage'], directoryRoles: [GLOBAL_ADMINISTRATOR] })
    // It holds the role too, but could not give itself or anybody a permission.
    const manager = await registerAppWith(context, {
      roles: ['Exchange.ManageAsApp'],
      directoryRoles: [GLOBAL_ADMINISTRATOR],
    })
    const app = (await directory.apps.find(tenant.id, { appId: admin.clientId }))!
    await directory.apps.remove(tenant.id, app.id)
    const bearer = await context.token(manager)
    const refused = await context.invoke('Remove-Mailbox', { Identity: 'ada' }, { bearer })
    expect(refused.statusCode).toBe(400)
    expect(refused.rawPayload.toString()).toContain('this is the last Global Administrator who can sign in')
    expect((await context.invoke('Get-Mailbox', { Identity: 'ada' }, { bearer })).statusCode).toBe(200)
  })

  it('does not remove its own app, role or secret over Graph', async () => {
    const context = await openServer()
    const { directory, tenant, admin } = context
    const bearer = await context.token(admin, 'https://graph.microsoft.com')
    const app = (await directory.apps.find(tenant.id, { appId: admin.clientId }))!
    const principal = (await directory.servicePrincipals.find(tenant.id, { appId: admin.clientId }))!
    const { keyId } = app.secrets[0]!
    const asked = [
      context.ask('DELETE', `/v1.0/applications/${app.id}`, { bearer }),
      context.ask('DELETE', `/v1.0/servicePrincipals/${principal.id}`, { bearer }),
      context.ask('PATCH', `/v1.0/servicePrincipals/${principal.id}`, { bearer, payload: { accountEnabled: false } }),
      context.ask('POST', `/v1.0/applications/${app.id}/removePassword`, { bearer, payload: { keyId } }),
      context.ask(
        'DELETE',
        `/v1.0/directoryRoles(roleTemplateId='${GLOBAL_ADMINISTRATOR}')/members/${principal.id}/$ref`,
        {
          bearer,
        },
      ),
    ]
    for (const answer of await Promise.all(asked)) {
      expect([answer.statusCode, answer.rawPayload.toString()]).toEqual([
        400,
        expect.stringContaining('this is the last Global Administrator who can sign in'),
      ])
    }
  })
})
