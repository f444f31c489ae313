import { describe, expect, it } from 'vitest'
import { BASE } from '../../../../test/support/access.ts'
import { type OpenGraph, openGraph } from '../../../../test/support/graph-server.ts'
import { registerApp } from '../../../../test/support/directory.ts'
import { microsoftGraph } from '../../../core/well-known/microsoft-graph.ts'

const NOBODY = '11111111-1111-1111-1111-111111111111'

async function openWithClient() {
  const stage = await openGraph()
  const { principal } = await registerApp(stage, 'Mail reader')
  const resource = await stage.directory.servicePrincipals.find(stage.tenant.id, { appId: microsoftGraph.appId })
  const wanted = {
    clientId: principal.id,
    consentType: 'AllPrincipals',
    principalId: null,
    resourceId: resource!.id,
    scope: 'User.Read Mail.Read',
  }
  return { ...stage, principal, resource: resource!, wanted }
}

const userOf = async ({ directory, tenant }: OpenGraph) =>
  directory.users.create(tenant.id, {
    userPrincipalName: 'bob@contoso.test',
    displayName: 'Bob',
    mailNickname: 'bob',
    accountEnabled: true,
  })

describe('oauth2PermissionGrants', () => {
  it('are made for everybody, and told with their scopes', async () => {
    const { call, wanted } = await openWithClient()
    const made = await call('POST', '/oauth2PermissionGrants', wanted)
    expect(made.status).toBe(201)
    expect(made.body).toEqual({
      '@odata.context': `${BASE}/v1.0/$metadata#oauth2PermissionGrants/$entity`,
      id: expect.stringMatching(/^[\w-]{20,}$/),
      ...wanted,
    })
    expect((await call('GET', `/oauth2PermissionGrants/${made.body.id}`)).body).toEqual(made.body)
  })

  it('are made for one person', async () => {
    const stage = await openWithClient()
    const { id } = await userOf(stage)
    const made = await stage.call('POST', '/oauth2PermissionGrants', {
      ...stage.wanted,
      consentType: 'Principal',
      principalId: id,
    })
    expect([made.status, made.body.principalId]).toEqual([201, id])
    const on = { client: stage.principal.id, resource: stage.resource.id, user: id }
    expect(await stage.directory.consents.scopes(stage.tenant.id, on)).toEqual(new Set(['User.Read', 'Mail.Read']))
  })

  it('are found by the client, the resource, the kind and the person', async () => {
    const stage = await openWithClient()
    const { call, wanted, principal, resource } = stage
    const person = await userOf(stage)
    const everybody = (await call('POST', '/oauth2PermissionGrants', wanted)).body.id
    const own = (
      await call('POST', '/oauth2PermissionGrants', { ...wanted, consentType: 'Principal', principalId: person.id })
    ).body.id
    const found = async (filter: string) =>
      (await call('GET', `/oauth2PermissionGrants?$filter=${filter}`)).body.value.map((it: { id: string }) => it.id)
    expect(new Set(await found(`clientId eq '${principal.id}'`))).toEqual(new Set([everybody, own]))
    expect(await found(`clientId eq '${principal.id}' and consentType eq 'AllPrincipals'`)).toEqual([everybody])
    expect(await found(`principalId eq '${person.id}'`)).toEqual([own])
    expect(await found(`resourceId eq '${resource.id}' and principalId ne null`)).toEqual([own])
    expect(await found(`clientId eq '${resource.id}'`)).toEqual([])
    const { body } = await call('GET', `/servicePrincipals/${principal.id}/oauth2PermissionGrants?$count=true`)
    expect(body['@odata.context']).toBe(
      `${BASE}/v1.0/$metadata#servicePrincipals('${principal.id}')/oauth2PermissionGrants`,
    )
    expect(body['@odata.count']).toBe(2)
    const ofPerson = await call('GET', '/users/bob@contoso.test/oauth2PermissionGrants')
    expect(ofPerson.body.value).toMatchObject([{ id: own }])
  })

  it('are changed in their scopes only, and taken back', async () => {
    const { call, wanted } = await openWithClient()
    const { id } = (await call('POST', '/oauth2PermissionGrants', wanted)).body
    expect((await call('PATCH', `/oauth2PermissionGrants/${id}`, { scope: ' User.Read  Mail.Send ' })).status).toBe(204)
    expect((await call('GET', `/oauth2PermissionGrants/${id}`)).body.scope).toBe('User.Read Mail.Send')
    expect((await call('PATCH', `/oauth2PermissionGrants/${id}`, { clientId: NOBODY })).status).toBe(400)
    expect((await call('DELETE', `/oauth2PermissionGrants/${id}`)).status).toBe(204)
    expect((await call('DELETE', `/oauth2PermissionGrants/${id}`)).status).toBe(404)
  })

  it.each<[object, number, string]>([
    [{ consentType: 'Everybody' }, 400, 'consentType'],
    [{ consentType: undefined }, 400, 'consentType'],
    [{ clientId: 'x' }, 400, 'clientId'],
    [{ clientId: NOBODY }, 404, NOBODY],
    [{ resourceId: NOBODY }, 404, NOBODY],
    [{ scope: undefined }, 400, 'scope'],
    [{ scope: 1 }, 400, 'scope'],
    [{ consentType: 'Principal' }, 400, 'principalId'],
    [{ principalId: NOBODY }, 400, 'principalId'],
    [{ consentType: 'Principal', principalId: NOBODY }, 404, NOBODY],
    [{ id: 'mine' }, 400, "'id'"],
  ])('refuse %j', async (otherwise, status, message) => {
    const { call, wanted } = await openWithClient()
    const answer = await call('POST', '/oauth2PermissionGrants', { ...wanted, ...otherwise })
    expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringContaining(message)])
  })

  it('refuse a second one for the same client, resource and people', async () => {
    const { call, wanted } = await openWithClient()
    await call('POST', '/oauth2PermissionGrants', wanted)
    const answer = await call('POST', '/oauth2PermissionGrants', { ...wanted, scope: 'Mail.Send' })
    expect([answer.status, answer.body.error.code]).toEqual([400, 'Request_BadRequest'])
    expect(answer.body.error.message).toBe('Permission entry already exists.')
  })
})
