import { expect, it } from 'vitest'
import { BASE } from '../../../../test/support/access.ts'
import { openGraph } from '../../../../test/support/graph-server.ts'

const wanted = {
  name: 'main-branch',
  issuer: 'https://token.actions.example.test/',
  subject: 'repo:contoso/reader:ref:refs/heads/main',
  description: 'Builds',
  audiences: ['api://AzureADTokenExchange'],
}

async function openWithApp() {
  const stage = await openGraph()
  const { id } = await stage.directory.apps.create(stage.tenant.id, { displayName: 'Reader' })
  return { ...stage, id, path: `/applications/${id}/federatedIdentityCredentials` }
}

it('a federated identity credential is made, found by id and by name, changed and removed', async () => {
  const { call, path, id } = await openWithApp()
  const made = await call('POST', path, wanted)
  expect(made.status).toBe(201)
  expect(made.body).toEqual({
    '@odata.context': `${BASE}/v1.0/$metadata#applications('${id}')/federatedIdentityCredentials/$entity`,
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    ...wanted,
  })
  for (const one of [`/${made.body.id}`, '/main-branch', "(name='main-branch')"]) {
    expect((await call('GET', `${path}${one}`)).body).toEqual(made.body)
  }
  expect((await call('PATCH', `${path}/main-branch`, { subject: 'another', description: null })).status).toBe(204)
  const { body } = await call('GET', `${path}?$filter=subject eq 'another'`)
  expect(body.value).toMatchObject([{ name: 'main-branch', description: null, issuer: wanted.issuer }])
  expect((await call('DELETE', `${path}/${made.body.id}`)).status).toBe(204)
  expect((await call('GET', `${path}/main-branch`)).status).toBe(404)
  expect((await call('GET', path)).body.value).toEqual([])
})

it.each<[object, number, string, string]>([
  [{ audiences: [] }, 400, 'Request_BadRequest', 'Federated identity credentials must have exactly one audience.'],
  [{ audiences: ['a', 'b'] }, 400, 'Request_BadRequest', 'exactly one audience'],
  [{ audiences: 'a' }, 400, 'Request_BadRequest', "'audiences'"],
  [{ name: undefined }, 400, 'Request_BadRequest', "'name'"],
  [{ name: 'a b c' }, 400, 'Request_BadRequest', 'name'],
  [{ issuer: undefined }, 400, 'Request_BadRequest', "'issuer'"],
  [{ issuer: 'http://plain.test' }, 400, 'Request_BadRequest', 'issuer'],
  [{ subject: undefined }, 400, 'Request_BadRequest', "'subject'"],
  [{ claimsMatchingExpression: {} }, 400, 'Request_BadRequest', "'claimsMatchingExpression'"],
])('a federated identity credential with %j is refused', async (otherwise, status, code, message) => {
  const { call, path } = await openWithApp()
  const { body, status: got } = await call('POST', path, { ...wanted, ...otherwise })
  expect([got, body.error]).toMatchObject([status, { code, message: expect.stringContaining(message) }])
})

it('a second federated identity credential of the same name or subject is refused', async () => {
  const { call, path } = await openWithApp()
  await call('POST', path, wanted)
  for (const otherwise of [{ name: 'other-branch' }, { subject: 'another' }]) {
    const { status, body } = await call('POST', path, { ...wanted, ...otherwise })
    expect([status, body.error.code]).toEqual([409, 'Request_MultipleObjectsWithSameKeyValue'])
  }
})

it('the name of a federated identity credential stays', async () => {
  const { call, path } = await openWithApp()
  await call('POST', path, wanted)
  expect((await call('PATCH', `${path}/main-branch`, { name: 'other' })).status).toBe(400)
})
