import { expect, it } from 'vitest'
import { BASE, openGraph } from '../../../../test/support/graph-stage.ts'

const ada = {
  accountEnabled: true,
  displayName: 'Ada Lovelace',
  mailNickname: 'ada',
  userPrincipalName: 'Ada@contoso.test',
  passwordProfile: { password: 'correct horse battery', forceChangePasswordNextSignIn: false },
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
  expect(JSON.stringify(answer.body)).not.toContain('correct horse')
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
