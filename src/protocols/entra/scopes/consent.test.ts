import { describe, expect, it } from 'vitest'
import { GRAPH, BASE, EXCHANGE } from '../../../../test/support/access.ts'
import { openUserService, type UserApp, type UserService } from '../../../../test/support/token-service.ts'
import type { HttpRequest } from '../../../core/http.ts'
import { silentLog } from '../../../core/log.ts'
import { parseRequestedScope } from './scope.ts'
import { Attempt } from '../attempt/attempt.ts'
import { resourceConsents } from './consent.ts'

const request: HttpRequest = {
  method: 'GET',
  path: '/',
  params: {},
  query: new URLSearchParams(),
  headers: {},
  body: new Uint8Array(),
  from: '192.0.2.7',
  base: BASE,
  id: 'one',
  log: silentLog,
}

/** The questions, without what they are about: the resource's name, what is consented to, what is not. */
async function raised(open: UserService, { app, principal }: UserApp, scope: string, isKnown = true) {
  const { tenant, user } = open
  const asking = { tenant, user, app, principal: isKnown ? principal : undefined }
  const questions = await resourceConsents(
    open,
    asking,
    parseRequestedScope(scope),
    new Attempt({ ...open, names: [] }, request),
  )
  return questions.map(({ resource, consented, missing, needsAdministrator }) => ({
    of: resource.displayName,
    consented,
    missing,
    needsAdministrator,
  }))
}

const graph = { of: 'Microsoft Graph', consented: [] as string[], missing: [] as string[], needsAdministrator: false }
const exchange = { ...graph, of: 'Office 365 Exchange Online' }

describe('what a person is asked', () => {
  it('is what is not consented to, for each resource', async () => {
    const open = await openUserService()
    const app = await open.app()
    await open.consent(app, GRAPH, 'User.Read')
    expect(await raised(open, app, `user.read Mail.Read ${EXCHANGE}/SMTP.Send`)).toEqual([
      { ...graph, consented: ['User.Read'], missing: ['Mail.Read'] },
      { ...exchange, missing: ['SMTP.Send'] },
    ])
  })

  it('counts what an administrator consented to for everybody, and not what others did for themselves', async () => {
    const open = await openUserService()
    const app = await open.app()
    const { tenant, directory } = open
    const resource = (await directory.servicePrincipals.findResource(tenant.id, GRAPH))!
    const other = await directory.users.create(tenant.id, {
      userPrincipalName: 'bob@contoso.test',
      displayName: 'Bob',
      mailNickname: 'bob',
      accountEnabled: true,
    })
    const consent = { client: app.principal.id, resource: resource.id }
    await directory.consents.grant(tenant.id, {
      ...consent,
      consentType: 'Principal',
      user: other.id,
      scopes: ['Mail.Send'],
    })
    await directory.consents.grant(tenant.id, {
      ...consent,
      consentType: 'AllPrincipals',
      user: undefined,
      scopes: ['Mail.Read'],
    })
    expect(await raised(open, app, 'Mail.Read Mail.Send')).toEqual([
      { ...graph, consented: ['Mail.Read'], missing: ['Mail.Send'] },
    ])
  })

  it('is all of it while the tenant does not know the app', async () => {
    const open = await openUserService()
    const app = await open.app()
    await open.consent(app, GRAPH, 'User.Read')
    expect(await raised(open, app, 'User.Read', false)).toEqual([{ ...graph, missing: ['User.Read'] }])
  })

  it.each<[string, object[]]>([
    ['openid profile', [{ ...graph, missing: ['openid', 'profile'] }]],
    ['openid User.Read', [{ ...graph, missing: ['User.Read', 'openid'] }]],
    [
      `offline_access ${EXCHANGE}/SMTP.Send`,
      [
        { ...exchange, missing: ['SMTP.Send'] },
        { ...graph, missing: ['offline_access'] },
      ],
    ],
  ])('includes signing in, the first time: %s', async (scope, expected) => {
    const open = await openUserService()
    expect(await raised(open, await open.app(), scope)).toEqual(expected)
  })

  it.each([GRAPH, EXCHANGE])('does not include signing in once something of %s is consented to', async (resource) => {
    const open = await openUserService()
    const app = await open.app()
    await open.consent(app, resource, resource === GRAPH ? 'User.Read' : 'SMTP.Send')
    const scope = resource === GRAPH ? 'User.Read' : `${EXCHANGE}/SMTP.Send`
    const [question] = await raised(open, app, `openid offline_access ${scope}`)
    expect(question!.missing).toEqual([])
  })

  it('does not include sign-in scopes if only another resource has consent', async () => {
    const open = await openUserService()
    const { directory, tenant } = open
    const exchangeOnline = (await directory.servicePrincipals.findResource(tenant.id, EXCHANGE))!
    const own = await open.app()
    await open.consent(own, EXCHANGE, 'SMTP.Send')
    const { id } = exchangeOnline.oauth2PermissionScopes[0]!
    const everybodys = await open.app({
      requiredResourceAccess: [{ resourceAppId: exchangeOnline.appId, resourceAccess: [{ id, type: 'Scope' }] }],
    })
    await directory.consents.grant(tenant.id, {
      client: everybodys.principal.id,
      consentType: 'AllPrincipals',
      user: undefined,
      resource: exchangeOnline.id,
      scopes: ['SMTP.Send'],
    })
    for (const app of [own, everybodys]) expect(await raised(open, app, 'openid profile')).toEqual([graph])
  })

  it('is for .default what the registration lists, until something is consented to', async () => {
    const open = await openUserService()
    const resource = (await open.directory.servicePrincipals.findResource(open.tenant.id, GRAPH))!
    const idOf = (value: string) => resource.oauth2PermissionScopes.find((scope) => scope.value === value)!.id
    const app = await open.app({
      requiredResourceAccess: [
        {
          resourceAppId: resource.appId,
          resourceAccess: [
            { id: idOf('User.Read'), type: 'Scope' },
            { id: idOf('Mail.Read'), type: 'Scope' },
            { id: resource.appRoles[0]!.id, type: 'Role' },
          ],
        },
      ],
    })
    expect(await raised(open, app, `${GRAPH}/.default`)).toEqual([{ ...graph, missing: ['User.Read', 'Mail.Read'] }])
    await open.consent(app, GRAPH, 'Mail.Send')
    expect(await raised(open, app, `${GRAPH}/.default`)).toEqual([{ ...graph, consented: ['Mail.Send'] }])
  })

  it('is an administrator’s to say where the resource wants it so, and nobody’s where it was switched off', async () => {
    const open = await openUserService()
    const scopes = [scope('1', 'mine', 'User', true), scope('2', 'all', 'Admin', true)]
    const api = await open.app({
      displayName: 'API',
      identifierUris: ['api://api'],
      properties: { api: { oauth2PermissionScopes: [...scopes, scope('3', 'off', 'User', false)] } },
    })
    const app = await open.app()
    const of = { ...graph, of: 'API' }
    expect(await raised(open, app, 'api://api/mine')).toEqual([{ ...of, missing: ['mine'] }])
    expect(await raised(open, app, 'api://api/mine api://api/all')).toEqual([
      { ...of, missing: ['mine', 'all'], needsAdministrator: true },
    ])
    await open.consent(app, 'api://api', 'all')
    expect(await raised(open, app, 'api://api/all')).toEqual([{ ...of, consented: ['all'] }])
    await expect(raised(open, app, 'api://api/off')).rejects.toMatchObject({ detail: { aadsts: '65005' } })
    await expect(raised(open, api, 'api://api/mine')).rejects.toMatchObject({ detail: { aadsts: '90009' } })
  })
})

/** A permission that an API offers. */
const scope = (last: string, value: string, type: string, isEnabled: boolean) => ({
  id: `00000000-0000-4000-8000-00000000000${last}`,
  value,
  type,
  isEnabled,
  adminConsentDisplayName: value,
  adminConsentDescription: value,
})
