import { describe, expect, it } from 'vitest'
import { BASE } from '../../../../test/support/access.ts'
import { openGraph } from '../../../../test/support/graph-server.ts'
import { registerApp } from '../../../../test/support/directory.ts'
import { exchangeOnline } from '../../../core/well-known/exchange-online.ts'

const IMAP = '5e5addcd-3e8d-4e90-baf5-964efab2b20a'
const NOBODY = '11111111-1111-1111-1111-111111111111'

async function openWithReader() {
  const stage = await openGraph()
  const { principal } = await registerApp(stage, 'Reader')
  const exchange = (await stage.directory.servicePrincipals.find(stage.tenant.id, { appId: exchangeOnline.appId }))!
  const wanted = { principalId: principal.id, resourceId: exchange.id, appRoleId: IMAP }
  return {
    ...stage,
    principal,
    exchange,
    wanted,
    granted: `/servicePrincipals/${principal.id}/appRoleAssignments`,
    assignedTo: `/servicePrincipals/${exchange.id}/appRoleAssignedTo`,
    roles: () => stage.directory.assignments.roles(stage.tenant.id, principal.id, exchangeOnline.appId),
  }
}

describe.each(['granted', 'assignedTo'] as const)('an app role, by %s,', (end) => {
  it('is granted, seen from both ends, and taken back', async () => {
    const stage = await openWithReader()
    const { call, wanted, roles } = stage
    const made = await call('POST', stage[end], wanted)
    expect(made.status).toBe(201)
    const shown = {
      id: expect.stringMatching(/^[\w-]{20,60}$/),
      deletedDateTime: null,
      appRoleId: IMAP,
      createdDateTime: '2026-11-24T08:00:00Z',
      principalDisplayName: 'Reader',
      principalId: wanted.principalId,
      principalType: 'ServicePrincipal',
      resourceDisplayName: 'Office 365 Exchange Online',
      resourceId: wanted.resourceId,
    }
    const [owner, name] =
      end === 'granted' ? [wanted.principalId, 'appRoleAssignments'] : [wanted.resourceId, 'appRoleAssignedTo']
    expect(made.body).toEqual({
      '@odata.context': `${BASE}/v1.0/$metadata#servicePrincipals('${owner}')/${name}/$entity`,
      ...shown,
    })
    expect(await roles()).toEqual(['IMAP.AccessAsApp'])
    for (const list of [stage.granted, stage.assignedTo]) {
      expect((await call('GET', list)).body.value).toEqual([shown])
      expect((await call('GET', `${list}/${made.body.id}`)).body).toMatchObject(shown)
    }
    expect((await call('DELETE', `${stage[end]}/${made.body.id}`)).status).toBe(204)
    expect(await roles()).toEqual([])
    expect((await call('DELETE', `${stage[end]}/${made.body.id}`)).status).toBe(404)
  })

  it('is granted once', async () => {
    const stage = await openWithReader()
    await stage.call('POST', stage[end], stage.wanted)
    const again = await stage.call('POST', stage[end], stage.wanted)
    expect(again.status).toBe(400)
    expect(again.body.error).toMatchObject({
      code: 'Request_BadRequest',
      message: 'Permission being assigned already exists on the object',
    })
  })

  it.each<[object, number, string]>([
    [
      { appRoleId: '5e5594fa-0000-0000-0000-000000000000' },
      400,
      "Permission being assigned was not found on application '00000002-0000-0ff1-ce00-000000000000'",
    ],
    [{ appRoleId: 'IMAP.AccessAsApp' }, 400, "Invalid value specified for property 'appRoleId'"],
    [{ appRoleId: null }, 400, "A value is required for property 'appRoleId' of resource 'AppRoleAssignment'."],
    [{ colour: 'red' }, 400, "Property 'colour'"],
  ])('is refused with %j', async (otherwise, status, message) => {
    const stage = await openWithReader()
    const answer = await stage.call('POST', stage[end], { ...stage.wanted, ...otherwise })
    expect(answer.status).toBe(status)
    expect(answer.body.error.message).toContain(message)
    expect(await stage.roles()).toEqual([])
  })

  it('is granted through the service principal that the path names, only', async () => {
    const stage = await openWithReader()
    const other = end === 'granted' ? 'principalId' : 'resourceId'
    const answer = await stage.call('POST', stage[end], { ...stage.wanted, [other]: NOBODY })
    expect([answer.status, answer.body.error.code]).toEqual([400, 'Request_BadRequest'])
    const far = end === 'granted' ? 'resourceId' : 'principalId'
    expect((await stage.call('POST', stage[end], { ...stage.wanted, [far]: NOBODY })).status).toBe(404)
  })
})

it('is not taken back through another service principal', async () => {
  const { call, wanted, granted, roles, ...stage } = await openWithReader()
  const { id } = (await call('POST', granted, wanted)).body
  const { principal } = await registerApp(stage, 'Other')
  expect((await call('DELETE', `/servicePrincipals/${principal.id}/appRoleAssignments/${id}`)).status).toBe(404)
  expect(await roles()).toEqual(['IMAP.AccessAsApp'])
})

it('the role that is all zeros stands for access as such', async () => {
  const { call, wanted, assignedTo, roles } = await openWithReader()
  const answer = await call('POST', assignedTo, { ...wanted, appRoleId: '00000000-0000-0000-0000-000000000000' })
  expect(answer.status).toBe(201)
  expect(await roles()).toEqual([])
})

it('people are assigned to apps, seen from either end', async () => {
  const stage = await openGraph()
  const { call, directory, tenant } = stage
  const { principal } = await registerApp(stage, 'Reader')
  const user = await directory.users.create(tenant.id, {
    userPrincipalName: 'bob@contoso.test',
    displayName: 'Bob',
    mailNickname: 'bob',
    accountEnabled: true,
  })
  const path = '/users/bob@contoso.test/appRoleAssignments'
  const wanted = { principalId: user.id, resourceId: principal.id, appRoleId: '00000000-0000-0000-0000-000000000000' }
  const made = await call('POST', path, wanted)
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({
    '@odata.context': `${BASE}/v1.0/$metadata#users('${user.id}')/appRoleAssignments/$entity`,
    ...wanted,
    principalType: 'User',
    principalDisplayName: 'Bob',
    resourceDisplayName: 'Reader',
  })
  const { id } = made.body
  expect((await call('GET', `${path}?$filter=resourceId eq '${principal.id}'`)).body.value).toMatchObject([{ id }])
  const assignedTo = `/servicePrincipals/${principal.id}/appRoleAssignedTo`
  expect((await call('GET', `${assignedTo}?$filter=id eq '${id}'`)).body.value).toMatchObject([{ id }])
  expect((await call('GET', `${assignedTo}/${id}`)).body.principalType).toBe('User')
  expect((await call('DELETE', `/servicePrincipals/${principal.id}/appRoleAssignments/${id}`)).status).toBe(404)
  expect((await call('DELETE', `${path}/${id}`)).status).toBe(204)
  expect((await call('GET', assignedTo)).body.value).toEqual([])
})
