import { describe, expect, it } from 'vitest'
import { BASE } from '../../../../test/support/access.ts'
import { GLOBAL_ADMINISTRATOR, openGraph } from '../../../../test/support/graph-server.ts'
import { MINUTE } from '../../../core/time.ts'

const ada = {
  accountEnabled: true,
  displayName: 'Ada Lovelace',
  mailNickname: 'ada',
  userPrincipalName: 'Ada@contoso.test',
  passwordProfile: { password: 'Correct horse battery', forceChangePasswordNextSignIn: false },
  givenName: 'Ada',
}

it('makes a user, and shows of it what Graph shows', async () => {
  const { call } = await openGraph()
  const answer = await call('POST', '/users', ada)
  expect(answer.status).toBe(201)
  expect(answer.body).toEqual({
    '@odata.context': `${BASE}/v1.0/$metadata#users/$entity`,
    businessPhones: [],
    displayName: 'Ada Lovelace',
    givenName: 'Ada',
    jobTitle: null,
    mail: null,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: null,
    userPrincipalName: 'Ada@contoso.test',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
})

it('finds a user by id and by name, and more of it when selected', async () => {
  const { call } = await openGraph()
  const { id } = (await call('POST', '/users', ada)).body
  for (const path of [`/users/${id}`, '/users/ada@CONTOSO.test', "/users('ada%40contoso.test')"]) {
    const { body } = await call('GET', `${path}?$select=id,MailNickname,accountEnabled`)
    expect(body).toEqual({
      '@odata.context': `${BASE}/v1.0/$metadata#users(id,mailNickname,accountEnabled)/$entity`,
      id,
      mailNickname: 'ada',
      accountEnabled: true,
    })
  }
  expect((await call('GET', "/users?$filter=userPrincipalName eq 'ada@contoso.test'")).body.value).toMatchObject([
    { id },
  ])
})

it.each<[object, string]>([
  [{ passwordProfile: undefined }, "A value is required for property 'passwordProfile' of resource 'User'."],
  [{ passwordProfile: {} }, "A value is required for property 'password'"],
  [{ passwordProfile: { password: 1 } }, "'password'"],
  [{ accountEnabled: undefined }, "A value is required for property 'accountEnabled'"],
  [{ displayName: undefined }, "A value is required for property 'displayName'"],
  [{ mailNickname: undefined }, "A value is required for property 'mailNickname'"],
  [{ userPrincipalName: undefined }, "A value is required for property 'userPrincipalName'"],
  [{ userPrincipalName: 'ada' }, 'userPrincipalName'],
  [{ userPrincipalName: 'ada@elsewhere.test' }, 'domain portion of the userPrincipalName'],
  [{ id: '11111111-1111-1111-1111-111111111111' }, "Property 'id'"],
])('refuses a user with %j', async (otherwise, message) => {
  const { call } = await openGraph()
  const answer = await call('POST', '/users', { ...ada, ...otherwise })
  expect(answer.status).toBe(400)
  expect(answer.body.error.code).toBe('Request_BadRequest')
  expect(answer.body.error.message).toContain(message)
  expect(JSON.stringify(answer.body)).not.toContain('Correct horse')
})

it('refuses a second user of that name', async () => {
  const { call } = await openGraph()
  await call('POST', '/users', ada)
  const answer = await call('POST', '/users', ada)
  expect(answer.status).toBe(400)
  expect(answer.body.error.message).toBe(
    'Another object with the same value for property userPrincipalName already exists.',
  )
})

async function openWithAda() {
  const stage = await openGraph()
  const { id } = (await stage.call('POST', '/users', ada)).body
  return { ...stage, id }
}

describe('PATCH and DELETE /users/{id}', () => {
  it('change what is named, and take away what is null', async () => {
    const { call, id } = await openWithAda()
    const change = { displayName: 'Countess', givenName: null, surname: 'King', accountEnabled: false }
    expect((await call('PATCH', '/users/ada@contoso.test', change)).status).toBe(204)
    const { body } = await call('GET', `/users/${id}?$select=displayName,givenName,surname,accountEnabled,mailNickname`)
    expect(body).toMatchObject({ ...change, mailNickname: 'ada' })
  })

  it('set a password, and whether it has to be changed', async () => {
    const { call, id, directory, tenant, world } = await openWithAda()
    const before = (await call('GET', `/users/${id}?$select=lastPasswordChangeDateTime`)).body
    world.advance(MINUTE)
    const passwordProfile = { password: 'Another horse battery', forceChangePasswordNextSignIn: true }
    expect((await call('PATCH', `/users/${id}`, { passwordProfile })).status).toBe(204)
    expect(await directory.users.checkPassword(tenant.id, 'ada@contoso.test', 'Another horse battery')).toMatchObject({
      ok: true,
      mustChange: true,
    })
    const after = (await call('GET', `/users/${id}?$select=lastPasswordChangeDateTime`)).body
    expect([before, after].map((it) => it.lastPasswordChangeDateTime)).toEqual([
      '2026-11-24T08:00:00Z',
      '2026-11-24T08:01:00Z',
    ])
  })

  it('set a password for nobody who has the permission but no directory role', async () => {
    const { call, id } = await openWithAda()
    const change = { passwordProfile: { password: 'Another horse battery' } }
    expect((await call('PATCH', `/users/${id}`, change, { wids: [] })).status).toBe(403)
    expect((await call('PATCH', `/users/${id}`, { displayName: 'A' }, { wids: [] })).status).toBe(204)
  })

  it('let no lesser administrator take over, lock out or remove one who holds a role', async () => {
    const { call, id, directory, tenant } = await openWithAda()
    await directory.directoryRoles.assign(tenant.id, id, GLOBAL_ADMINISTRATOR)
    const lesser = { wids: ['fe930be7-5e62-47db-91af-98c3a49a38b1'] }
    for (const change of [
      { passwordProfile: { password: 'Another horse battery' } },
      { accountEnabled: false },
      { userPrincipalName: 'mallory@contoso.test' },
    ]) {
      expect((await call('PATCH', `/users/${id}`, change, lesser)).status).toBe(403)
    }
    expect((await call('DELETE', `/users/${id}`, undefined, lesser)).status).toBe(403)
    expect((await call('PATCH', `/users/${id}`, { displayName: 'A' }, lesser)).status).toBe(204)
    const last = await call('DELETE', `/users/${id}`)
    expect([last.status, last.body.error.message]).toEqual([
      400,
      expect.stringContaining('this is the last Global Administrator who can sign in'),
    ])
    await directory.directoryRoles.unassign(tenant.id, id, GLOBAL_ADMINISTRATOR)
    expect((await call('DELETE', `/users/${id}`)).status).toBe(204)
  })

  it('let no lesser administrator take over, lock out or remove one who is in a role group', async () => {
    const { call, id, directory, tenant } = await openWithAda()
    const member = { kind: 'user', id, name: ada.userPrincipalName, sid: 'S-1-5-21-1' } as const
    const group = { name: 'Roles', description: '', roles: ['Role Management'], members: [member] }
    const { guid } = await directory.roleGroups.create(tenant.id, group)
    const lesser = { wids: ['fe930be7-5e62-47db-91af-98c3a49a38b1'] }
    const take = { passwordProfile: { password: 'Another horse battery' } }
    expect((await call('PATCH', `/users/${id}`, take, lesser)).status).toBe(403)
    expect((await call('PATCH', `/users/${id}`, { accountEnabled: false }, lesser)).status).toBe(403)
    expect((await call('POST', `/users/${id}/revokeSignInSessions`, undefined, lesser)).status).toBe(403)
    expect((await call('DELETE', `/users/${id}`, undefined, lesser)).status).toBe(403)
    expect((await call('PATCH', `/users/${id}`, take)).status).toBe(204)
    await directory.roleGroups.remove(tenant.id, guid)
    expect((await call('PATCH', `/users/${id}`, take, lesser)).status).toBe(204)
  })

  it('remove a user', async () => {
    const { call, id } = await openWithAda()
    expect((await call('DELETE', `/users/${id}`)).status).toBe(204)
    expect((await call('GET', `/users/${id}`)).status).toBe(404)
    expect((await call('PATCH', `/users/${id}`, { displayName: 'A' })).status).toBe(404)
  })

  it.each<[object, string]>([
    [{ userPrincipalName: 'ada@elsewhere.test' }, 'domain portion of the userPrincipalName'],
    [{ displayName: '' }, 'displayName'],
    [{ accountEnabled: 'no' }, "'accountEnabled'"],
    [{ passwordProfile: { secret: 'x' } }, "'secret'"],
    [{ createdDateTime: '2026-11-24' }, "'createdDateTime'"],
  ])('refuse %j', async (change, message) => {
    const { call, id } = await openWithAda()
    const answer = await call('PATCH', `/users/${id}`, change)
    expect([answer.status, answer.body.error.message]).toEqual([400, expect.stringContaining(message)])
  })
})

describe('/me', () => {
  it('is the person for whom the app acts', async () => {
    const { call } = await openGraph()
    const person = { scopes: ['User.Read'] }
    const { status, body } = await call('GET', '/me?$select=userPrincipalName', undefined, { person })
    expect([status, body.userPrincipalName]).toEqual([200, 'ada@contoso.test'])
  })

  it('is nobody for an app by itself', async () => {
    const { call } = await openGraph()
    const { status, body } = await call('GET', '/me')
    expect([status, body.error]).toMatchObject([
      400,
      { code: 'BadRequest', message: '/me request is only valid with delegated authentication flow.' },
    ])
  })

  it('is all of the users that User.Read shows', async () => {
    const { call } = await openGraph()
    const further = { person: { scopes: ['User.Read'] } }
    await call('POST', '/users', { ...ada, userPrincipalName: 'bob@contoso.test' })
    const { id } = (await call('GET', '/me', undefined, further)).body
    expect((await call('GET', `/users/${id}`, undefined, further)).status).toBe(200)
    expect((await call('GET', '/users/Ada@contoso.test', undefined, further)).status).toBe(200)
    expect((await call('GET', '/users/bob@contoso.test', undefined, further)).status).toBe(403)
    expect((await call('GET', '/users', undefined, further)).status).toBe(403)
  })
})

it('counts users, those that pass a filter too', async () => {
  const { call } = await openGraph()
  await call('POST', '/users', ada)
  await call('POST', '/users', { ...ada, userPrincipalName: 'bob@contoso.test', displayName: 'Bob' })
  const headers = { ConsistencyLevel: 'eventual' }
  const all = await call('GET', '/users/$count', undefined, { headers })
  expect([all.status, all.body, all.headers['content-type']]).toEqual([200, '2', 'text/plain'])
  const some = await call('GET', "/users/$count?$filter=startswith(displayName,'B')", undefined, { headers })
  expect(some.body).toBe('1')
  expect((await call('GET', '/users/$count?$select=id')).status).toBe(400)
})
