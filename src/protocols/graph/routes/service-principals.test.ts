import { describe, expect, it } from 'vitest'
import { BASE } from '../../../../test/support/access.ts'
import { openGraph } from '../../../../test/support/graph-server.ts'

const NOBODY = '11111111-1111-1111-1111-111111111111'
const EXCHANGE = '00000002-0000-0ff1-ce00-000000000000'

const openWithApp = async () => {
  const stage = await openGraph()
  return { ...stage, app: await stage.directory.apps.create(stage.tenant.id, { displayName: 'Reader' }) }
}

describe('POST /servicePrincipals', () => {
  it('makes the service principal of an app', async () => {
    const { call, app, tenant } = await openWithApp()
    const answer = await call('POST', '/servicePrincipals', { appId: app.appId })
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      '@odata.context': `${BASE}/v1.0/$metadata#servicePrincipals/$entity`,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      accountEnabled: true,
      appDisplayName: 'Reader',
      appId: app.appId,
      appOwnerOrganizationId: tenant.id,
      appRoleAssignmentRequired: false,
      appRoles: [],
      createdDateTime: '2026-11-24T08:00:00Z',
      displayName: 'Reader',
      keyCredentials: [],
      oauth2PermissionScopes: [],
      passwordCredentials: [],
      replyUrls: [],
      servicePrincipalNames: [app.appId],
      servicePrincipalType: 'Application',
      signInAudience: 'AzureADMyOrg',
      tags: [],
    })
    expect([app.id, app.appId]).not.toContain(answer.body.id)
  })

  it('refuses a second one', async () => {
    const { call, app } = await openWithApp()
    await call('POST', '/servicePrincipals', { appId: app.appId })
    const answer = await call('POST', '/servicePrincipals', { appId: app.appId })
    expect(answer.status).toBe(409)
    expect(answer.body.error).toMatchObject({ code: 'Request_MultipleObjectsWithSameKeyValue' })
    expect(answer.body.error.message).toContain(app.appId)
  })

  it.each([
    [{ appId: NOBODY }, 'does not reference a valid application object'],
    [{ appId: 'reader' }, 'does not reference a valid application object'],
    [{}, "A value is required for property 'appId' of resource 'ServicePrincipal'."],
    [{ appId: NOBODY, keyCredentials: [] }, "Property 'keyCredentials'"],
    [{ appId: NOBODY, accountEnabled: 'yes' }, "'accountEnabled'"],
    [{ appId: NOBODY, tags: [1] }, "'tags'"],
  ])('refuses %j', async (body, message) => {
    const { call } = await openGraph()
    const answer = await call('POST', '/servicePrincipals', body)
    expect(answer.status).toBe(400)
    expect(answer.body.error.code).toBe('Request_BadRequest')
    expect(answer.body.error.message).toContain(message)
  })
})

describe('GET /servicePrincipals', () => {
  it('finds the resource and the roles that it offers', async () => {
    const { call } = await openGraph()
    const answer = await call('GET', `/servicePrincipals?$filter=appId eq '${EXCHANGE}'`, undefined, {
      headers: { ConsistencyLevel: 'eventual' },
    })
    expect(answer.body['@odata.context']).toBe(`${BASE}/v1.0/$metadata#servicePrincipals`)
    expect(answer.body.value).toMatchObject([
      {
        displayName: 'Office 365 Exchange Online',
        appDisplayName: 'Office 365 Exchange Online',
        servicePrincipalNames: expect.arrayContaining([EXCHANGE, 'https://outlook.office365.com']),
      },
    ])
    const role = answer.body.value[0].appRoles.find((it: { value: string }) => it.value === 'IMAP.AccessAsApp')
    expect(role).toEqual({
      allowedMemberTypes: ['Application'],
      description: expect.any(String),
      displayName: 'IMAP.AccessAsApp',
      id: '5e5addcd-3e8d-4e90-baf5-964efab2b20a',
      isEnabled: true,
      origin: 'Application',
      value: 'IMAP.AccessAsApp',
    })
    const scope = answer.body.value[0].oauth2PermissionScopes[0]
    expect(Object.keys(scope)).toEqual(expect.arrayContaining(['id', 'value', 'type', 'adminConsentDisplayName']))
  })

  it('finds one by id and by appId, and no other', async () => {
    const { call } = await openGraph()
    const one = await call('GET', `/servicePrincipals(appId='${EXCHANGE}')`)
    expect((await call('GET', `/servicePrincipals/${one.body.id}`)).body).toEqual(one.body)
    expect((await call('GET', `/servicePrincipals(appId='${NOBODY}')`)).status).toBe(404)
    expect((await call('GET', `/servicePrincipals/${EXCHANGE}`)).status).toBe(404)
    expect((await call('GET', '/servicePrincipals/exchange')).status).toBe(400)
  })
})

describe('PATCH and DELETE /servicePrincipals/{id}', () => {
  it('disable it and remove it', async () => {
    const { call, app, directory, tenant } = await openWithApp()
    const { id } = (await call('POST', '/servicePrincipals', { appId: app.appId })).body
    const change = { accountEnabled: false, displayName: 'Off', tags: ['x'], appRoleAssignmentRequired: true }
    expect((await call('PATCH', `/servicePrincipals(appId='${app.appId}')`, change)).status).toBe(204)
    expect((await call('GET', `/servicePrincipals/${id}`)).body).toMatchObject({ ...change, appDisplayName: 'Reader' })
    expect((await call('PATCH', `/servicePrincipals/${id}`, { appId: NOBODY })).status).toBe(400)
    expect((await call('DELETE', `/servicePrincipals/${id}`)).status).toBe(204)
    expect(await directory.servicePrincipals.find(tenant.id, { id })).toBeUndefined()
  })

  it('leave the resources of the service alone', async () => {
    const { call } = await openGraph()
    const answer = await call('DELETE', `/servicePrincipals(appId='${EXCHANGE}')`)
    expect([answer.status, answer.body.error.code]).toEqual([403, 'Authorization_RequestDenied'])
  })
})
