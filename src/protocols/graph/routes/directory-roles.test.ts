import { describe, expect, it } from 'vitest'
import { BASE } from '../../../../test/support/access.ts'
import { GLOBAL_ADMINISTRATOR, openGraph } from '../../../../test/support/graph-server.ts'
import { registerApp } from '../../../../test/support/directory.ts'

const NOBODY = '11111111-1111-1111-1111-111111111111'
const role = `/directoryRoles(roleTemplateId='${GLOBAL_ADMINISTRATOR}')`

async function openWithPeople() {
  const stage = await openGraph()
  const { principal } = await registerApp(stage, 'Robot')
  const user = await stage.directory.users.create(stage.tenant.id, {
    userPrincipalName: 'bob@contoso.test',
    displayName: 'Bob',
    mailNickname: 'bob',
    accountEnabled: true,
  })
  return { ...stage, principal, user }
}

const reference = (id: string, collection = 'directoryObjects') => ({
  '@odata.id': `https://graph.microsoft.com/v1.0/${collection}/${id}`,
})

describe('directoryRoles', () => {
  it('have an id of their own beside that of their template', async () => {
    const { call } = await openGraph()
    const { body } = await call('GET', role)
    expect(body).toEqual({
      '@odata.context': `${BASE}/v1.0/$metadata#directoryRoles/$entity`,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      deletedDateTime: null,
      description: expect.any(String),
      displayName: 'Global Administrator',
      roleTemplateId: GLOBAL_ADMINISTRATOR,
    })
    expect(body.id).not.toBe(GLOBAL_ADMINISTRATOR)
    expect((await call('GET', `/directoryRoles/${body.id}`)).body).toEqual(body)
    expect((await call('GET', `/directoryRoles/${GLOBAL_ADMINISTRATOR}`)).status).toBe(404)
    const listed = await call('GET', "/directoryRoles?$filter=displayName eq 'Global Administrator'&$select=id")
    expect(listed.body.value).toEqual([{ id: body.id }])
    const template = await call('GET', `/directoryRoleTemplates/${GLOBAL_ADMINISTRATOR}`)
    expect(template.body.displayName).toBe('Global Administrator')
    expect((await call('GET', '/directoryRoleTemplates')).body.value.length).toBeGreaterThan(10)
    expect((await call('GET', `/directoryRoleTemplates/${NOBODY}`)).status).toBe(404)
  })

  it('are given to people and apps, and taken back', async () => {
    const { call, user, principal } = await openWithPeople()
    expect((await call('POST', `${role}/members/$ref`, reference(user.id, 'users'))).status).toBe(204)
    expect((await call('POST', `${role}/members/$ref`, reference(principal.id))).status).toBe(204)
    const { body } = await call('GET', `${role}/members`)
    expect(body['@odata.context']).toBe(`${BASE}/v1.0/$metadata#directoryObjects`)
    expect(body.value).toHaveLength(2)
    expect(body.value).toEqual(
      expect.arrayContaining([
        { '@odata.type': '#microsoft.graph.user', id: user.id, displayName: 'Bob' },
        { '@odata.type': '#microsoft.graph.servicePrincipal', id: principal.id, displayName: 'Robot' },
      ]),
    )
    expect((await call('DELETE', `${role}/members/${user.id}/$ref`)).status).toBe(204)
    expect((await call('DELETE', `${role}/members/${user.id}/$ref`)).status).toBe(404)
    expect((await call('GET', `${role}/members`)).body.value).toMatchObject([{ id: principal.id }])
  })

  it('are told of those who hold them', async () => {
    const { call, user, principal, directory, tenant } = await openWithPeople()
    await directory.directoryRoles.assign(tenant.id, user.id, GLOBAL_ADMINISTRATOR)
    const held = { '@odata.type': '#microsoft.graph.directoryRole', roleTemplateId: GLOBAL_ADMINISTRATOR }
    expect((await call('GET', `/users/${user.id}/memberOf`)).body.value).toMatchObject([held])
    expect((await call('GET', `/servicePrincipals/${principal.id}/memberOf`)).body.value).toEqual([])
    const person = { user, scopes: ['User.Read'] }
    expect((await call('GET', '/me/memberOf', undefined, { person })).body.value).toMatchObject([held])
    expect((await call('GET', `/users/${user.id}/memberOf`, undefined, { person })).status).toBe(200)
    expect((await call('GET', '/users/ada@contoso.test/memberOf', undefined, { person })).status).toBe(403)
  })

  it.each<[object, number, string]>([
    [reference(NOBODY), 404, NOBODY],
    [{ '@odata.id': 'x' }, 400, '@odata.id'],
    [{ '@odata.id': `https://x/v1.0/groups/${NOBODY}` }, 400, '@odata.id'],
    [{}, 400, '@odata.id'],
  ])('refuse %j as a member', async (body, status, message) => {
    const { call } = await openGraph()
    const answer = await call('POST', `${role}/members/$ref`, body)
    expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringContaining(message)])
  })

  it('refuse a user who is a member already', async () => {
    const { call, user } = await openWithPeople()
    await call('POST', `${role}/members/$ref`, reference(user.id))
    const answer = await call('POST', `${role}/members/$ref`, reference(user.id))
    expect([answer.status, answer.body.error.message]).toEqual([400, expect.stringContaining('already exist')])
  })

  it('are given to nobody of another tenant', async () => {
    const stage = await openWithPeople()
    const other = await stage.directory.tenants.create('Fabrikam', 'fabrikam.test')
    const { principal } = await registerApp({ directory: stage.directory, tenant: other }, 'Stranger')
    expect((await stage.call('POST', `${role}/members/$ref`, reference(principal.id))).status).toBe(404)
  })
})

describe('roleManagement', () => {
  const path = '/roleManagement/directory'
  const wanted = { roleDefinitionId: GLOBAL_ADMINISTRATOR, directoryScopeId: '/' }

  it('grants a role, tells of it, and takes it back', async () => {
    const { call, user } = await openWithPeople()
    const made = await call('POST', `${path}/roleAssignments`, { ...wanted, principalId: user.id })
    expect(made.status).toBe(201)
    expect(made.body).toEqual({
      '@odata.context': `${BASE}/v1.0/$metadata#roleManagement/directory/roleAssignments/$entity`,
      id: expect.stringMatching(/^[\w-]{43}$/),
      principalId: user.id,
      ...wanted,
    })
    const one = `${path}/roleAssignments/${made.body.id}`
    expect((await call('GET', one)).body).toEqual(made.body)
    const filter = `principalId eq '${user.id}'`
    const listed = await call('GET', `${path}/roleAssignments?$filter=${filter}&$expand=roleDefinition,principal`)
    expect(listed.body.value).toMatchObject([
      { roleDefinition: { displayName: 'Global Administrator' }, principal: { displayName: 'Bob' } },
    ])
    expect((await call('DELETE', one)).status).toBe(204)
    expect((await call('GET', one)).status).toBe(404)
  })

  it('defines roles under the ids of their templates', async () => {
    const { call } = await openGraph()
    const { body } = await call('GET', `${path}/roleDefinitions/${GLOBAL_ADMINISTRATOR}`)
    expect(body).toMatchObject({ id: GLOBAL_ADMINISTRATOR, isBuiltIn: true, templateId: GLOBAL_ADMINISTRATOR })
    const named = await call('GET', `${path}/roleDefinitions?$filter=displayName eq 'Global Administrator'`)
    expect(named.body.value).toMatchObject([{ id: GLOBAL_ADMINISTRATOR }])
  })

  it.each<[object, number, string]>([
    [{ directoryScopeId: '/x' }, 400, 'directoryScopeId'],
    [{ directoryScopeId: undefined }, 400, 'directoryScopeId'],
    [{ roleDefinitionId: NOBODY }, 404, NOBODY],
    [{ principalId: 'bob' }, 400, 'principalId'],
    [{ principalId: NOBODY }, 404, NOBODY],
  ])('refuses %j', async (otherwise, status, message) => {
    const { call, user } = await openWithPeople()
    const answer = await call('POST', `${path}/roleAssignments`, { ...wanted, principalId: user.id, ...otherwise })
    expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringContaining(message)])
  })

  it('refuses what is granted already', async () => {
    const { call, user } = await openWithPeople()
    await call('POST', `${path}/roleAssignments`, { ...wanted, principalId: user.id })
    const answer = await call('POST', `${path}/roleAssignments`, { ...wanted, principalId: user.id })
    expect([answer.status, answer.body.error.message]).toEqual([400, expect.stringContaining('conflicting object')])
  })
})

describe('domains', () => {
  it('are those of the tenant', async () => {
    const { call } = await openGraph()
    expect((await call('GET', '/domains')).body.value).toMatchObject([{ id: 'contoso.test', isDefault: true }])
    expect((await call('GET', '/domains/CONTOSO.test')).body.isVerified).toBe(true)
    expect((await call('GET', '/domains/fabrikam.test')).status).toBe(404)
  })
})
