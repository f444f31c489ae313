import { describe, expect, it } from 'vitest'
import { openAccess } from '../../test/support/access.ts'
import { newMailbox, registerApp } from '../../test/support/directory.ts'
import type { Profile } from '../core/profile.ts'
import { exchangeOnline } from '../core/well-known/exchange-online.ts'
import { microsoftGraph } from '../core/well-known/microsoft-graph.ts'
import type { AppGrant, UserGrant } from '../domain/tokens/types.ts'

const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'
const globalReader = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'

async function open(profile: Profile = 'standards') {
  const context = await openAccess(profile)
  const app = await registerApp(context)
  const authorize = async (
    request: { api?: 'graph' | 'exchange'; tenant?: string; bearer?: string | undefined },
    grant: Partial<AppGrant> = {},
  ) =>
    context.access.authorize({
      api: 'graph',
      from: '192.0.2.7',
      bearer: await context.tokenFor(app, { audience: 'https://graph.microsoft.com', ...grant }),
      ...request,
    })
  return { ...context, app, authorize }
}

const fault = (name: string, token?: string) => ({
  reason: 'not-signed-in',
  detail: { fault: name, ...(token === undefined ? {} : { token }) },
})

describe('authorizing', () => {
  it('answers who calls, for the API that the token was issued for', async () => {
    const { app, authorize, tenant } = await open()
    for (const named of [tenant.id, tenant.id.toUpperCase(), 'Contoso.test']) {
      expect(await authorize({ tenant: named })).toMatchObject({
        kind: 'app',
        tenant: tenant.id,
        appId: app.app.appId,
        servicePrincipal: app.principal.id,
      })
    }
    expect(await authorize({ api: 'exchange' }, { audience: 'https://outlook.office365.com' })).toMatchObject({})
  })

  it('refuses for want of a token, and for a token that does not open the API', async () => {
    const { authorize, app, directory, tenant } = await open()
    await expect(authorize({ bearer: undefined })).rejects.toMatchObject(fault('missing'))
    await expect(authorize({ bearer: 'a.b.c' })).rejects.toMatchObject(fault('token', 'malformed'))
    await expect(authorize({}, { lifetime: -1 })).rejects.toMatchObject(fault('token', 'expired'))
    await expect(authorize({ api: 'exchange' })).rejects.toMatchObject(fault('audience'))
    await expect(authorize({}, { audience: 'https://outlook.office365.com' })).rejects.toMatchObject(fault('audience'))
    await directory.servicePrincipals.update(tenant.id, app.principal.id, { accountEnabled: false })
    await expect(authorize({})).rejects.toMatchObject(fault('servicePrincipal'))
  })

  it('refuses when the path names another tenant, or none that there is', async () => {
    const { authorize, directory } = await open()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    for (const named of [other.id, 'fabrikam.test', 'nowhere.test', '']) {
      await expect(authorize({ tenant: named })).rejects.toMatchObject(fault('token'))
    }
  })

  it('records what it refuses, and does not count what it lets in', async () => {
    const { authorize, signIns, tenant, app } = await open()
    await authorize({})
    await expect(authorize({ api: 'exchange' })).rejects.toMatchObject(fault('audience'))
    await signIns.settled()
    expect(await signIns.recent(tenant.id, 10)).toEqual([
      expect.objectContaining({
        protocol: 'exchange',
        failed: 'audience',
        app: { appId: app.app.appId, id: app.app.id },
        wire: '401 Unauthorized',
      }),
    ])
  })

  it.each(['standards', 'exchange-online'] as const)(
    'counts rights in %s as consent is counted there',
    async (profile) => {
      const context = await open(profile)
      const { app, directory, tenant } = context
      const kept = 'User.Read.All'
      await context.assignAppRole(app, kept, microsoftGraph)
      await directory.directoryRoles.assign(tenant.id, app.principal.id, globalReader)
      const caller = await context.authorize(
        {},
        { roles: [kept, 'Directory.ReadWrite.All'], wids: [globalReader, globalAdministrator] },
      )
      const claimed = profile === 'exchange-online'
      expect(caller.kind === 'app' && [...caller.roles]).toEqual(claimed ? [kept, 'Directory.ReadWrite.All'] : [kept])
      expect([...caller.directoryRoles]).toEqual(claimed ? [globalReader, globalAdministrator] : [globalReader])
    },
  )
})

async function openPerson(profile: Profile = 'standards') {
  const context = await open(profile)
  const { directory, tenant } = context
  const { userPrincipalName } = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const user = (await directory.users.find(tenant.id, userPrincipalName))!
  const authorizePerson = async (api: 'graph' | 'exchange', grant: Partial<UserGrant> = {}) =>
    context.authorize({
      api,
      bearer: await context.userTokenFor(context.app, user, { audience: 'https://graph.microsoft.com', ...grant }),
    })
  return { ...context, user, authorizePerson }
}

describe('authorizing a person', () => {
  it('answers the app, the person, and the scopes and roles that count', async () => {
    const context = await openPerson()
    const { app, user, directory, tenant, authorizePerson } = context
    await context.consentTo(app, ['User.Read', 'Mail.Read'], user.id, microsoftGraph)
    await directory.directoryRoles.assign(tenant.id, user.id, globalReader)
    const grant = { scopes: ['User.Read', 'Mail.Send'], wids: [globalReader, globalAdministrator] }
    expect(await authorizePerson('graph', grant)).toEqual({
      kind: 'user',
      tenant: tenant.id,
      appId: app.app.appId,
      appDisplayName: 'Reader',
      user: { id: user.id, userPrincipalName: 'ada@contoso.test', displayName: "ada's mailbox" },
      scopes: new Set(['User.Read']),
      directoryRoles: new Set([globalReader]),
    })
  })

  it('counts the claims alone in exchange-online', async () => {
    const { authorizePerson } = await openPerson('exchange-online')
    const caller = await authorizePerson('graph', { scopes: ['User.Read'], wids: [globalReader] })
    expect(caller).toMatchObject({ scopes: new Set(['User.Read']), directoryRoles: new Set([globalReader]) })
  })

  it('refuses a token for another API, a disabled app, and a person who is gone, and records it', async () => {
    const { authorizePerson, app, user, directory, tenant, signIns } = await openPerson()
    await expect(authorizePerson('exchange')).rejects.toMatchObject(fault('audience'))
    await directory.servicePrincipals.update(tenant.id, app.principal.id, { accountEnabled: false })
    await expect(authorizePerson('graph')).rejects.toMatchObject(fault('servicePrincipal'))
    await directory.servicePrincipals.update(tenant.id, app.principal.id, { accountEnabled: true })
    const { id } = (await directory.mailboxes.find(tenant.id, 'ada'))!
    await directory.mailboxes.remove(tenant.id, id)
    await expect(authorizePerson('graph')).rejects.toMatchObject(fault('user'))
    await signIns.settled()
    const [latest] = await signIns.recent(tenant.id, 1)
    expect(latest).toMatchObject({
      kind: 'nonInteractiveUser',
      protocol: 'graph',
      failed: 'user',
      user: { id: user.id, userPrincipalName: 'ada@contoso.test' },
      resource: { displayName: 'Microsoft Graph' },
      errorCode: 50057,
    })
  })
})

describe('administering', () => {
  it('opens any mailbox of the tenant for an Exchange administrator', async () => {
    const context = await open()
    const { app, directory, tenant, access } = context
    const mailbox = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
    await context.assignAppRole(app, 'Exchange.ManageAsApp', exchangeOnline)
    await directory.directoryRoles.assign(tenant.id, app.principal.id, globalAdministrator)
    const caller = await context.authorize(
      { api: 'exchange' },
      {
        audience: 'https://outlook.office365.com',
        roles: ['Exchange.ManageAsApp'],
        wids: [globalAdministrator],
      },
    )
    expect((await access.administer(caller, 'ada')).id).toBe(mailbox.id)
    await expect(access.administer(caller, 'bob')).rejects.toMatchObject({ reason: 'no-such-thing' })
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    await directory.mailboxes.create(other.id, newMailbox('eve', 'fabrikam.test'))
    await expect(access.administer(caller, 'eve@fabrikam.test')).rejects.toMatchObject({ reason: 'no-such-thing' })
  })

  it.each<[string, readonly string[], readonly string[]]>([
    ['without the permission', [], [globalAdministrator]],
    ['without a directory role', ['Exchange.ManageAsApp'], []],
    ['with a role that only reads settings', ['Exchange.ManageAsApp'], [globalReader]],
  ])('opens nothing %s', async (_, roles, wids) => {
    const context = await open('exchange-online')
    await context.directory.mailboxes.create(context.tenant.id, newMailbox('ada'))
    const caller = await context.authorize(
      { api: 'exchange' },
      { audience: 'https://outlook.office365.com', roles, wids },
    )
    await expect(context.access.administer(caller, 'ada')).rejects.toMatchObject({ reason: 'not-allowed' })
  })
})
