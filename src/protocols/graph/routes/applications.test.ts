import { beforeAll, describe, expect, it } from 'vitest'
import { BASE, GRAPH } from '../../../../test/support/access.ts'
import { makeCertificate, type TestCertificate } from '../../../../test/support/certificates.ts'
import { registerApp } from '../../../../test/support/directory.ts'
import { type OpenGraph, openGraph } from '../../../../test/support/graph-server.ts'

const START = Date.UTC(2026, 10, 24, 8)
const NOBODY = '11111111-1111-1111-1111-111111111111'

let certified: TestCertificate
let another: TestCertificate
beforeAll(async () => {
  certified = await makeCertificate({ now: START })
  another = await makeCertificate({ now: START })
})

const credential = ({ der }: TestCertificate) => ({
  type: 'AsymmetricX509Cert',
  usage: 'Verify',
  key: der.toString('base64'),
})

const create = async ({ call }: OpenGraph, body: object = { displayName: 'Reader' }) =>
  (await call('POST', '/applications', body)).body

describe('POST /applications', () => {
  it('registers an app, and no service principal', async () => {
    const stage = await openGraph()
    const answer = await stage.call('POST', '/applications', { displayName: 'Reader' })
    expect(answer.status).toBe(201)
    expect(answer.headers).toMatchObject({
      'odata-version': '4.0',
      'content-type':
        'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
    })
    expect(answer.body).toMatchObject({
      '@odata.context': `${BASE}/v1.0/$metadata#applications/$entity`,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      appId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      displayName: 'Reader',
      createdDateTime: '2026-11-24T08:00:00Z',
      publisherDomain: 'contoso.test',
      signInAudience: 'AzureADMyOrg',
      identifierUris: [],
      appRoles: [],
      passwordCredentials: [],
      keyCredentials: [],
      requiredResourceAccess: [],
      api: { requestedAccessTokenVersion: null, oauth2PermissionScopes: [] },
      web: { redirectUris: [] },
      spa: { redirectUris: [] },
      publicClient: { redirectUris: [] },
      isFallbackPublicClient: false,
    })
    expect(answer.body.id).not.toBe(answer.body.appId)
    const { tenant, directory } = stage
    expect(await directory.servicePrincipals.find(tenant.id, { appId: answer.body.appId })).toBeUndefined()
  })

  it('keeps what it is given', async () => {
    const stage = await openGraph()
    const given = {
      displayName: 'Reader',
      signInAudience: 'AzureADMultipleOrgs',
      identifierUris: ['api://reader'],
      web: { redirectUris: ['https://reader.test/done'] },
      notes: 'By the mail team',
      tags: ['mail'],
      isFallbackPublicClient: true,
      requiredResourceAccess: [
        {
          resourceAppId: '00000002-0000-0ff1-ce00-000000000000',
          resourceAccess: [{ id: '5e5addcd-3e8d-4e90-baf5-964efab2b20a', type: 'Role' }],
        },
      ],
    }
    const { id } = await create(stage, { '@odata.type': '#microsoft.graph.application', ...given })
    expect((await stage.call('GET', `/applications/${id}`)).body).toMatchObject(given)
  })

  it('takes certificates, and shows them whole only when asked', async () => {
    const stage = await openGraph()
    const key = certified.der.toString('base64')
    const made = await create(stage, {
      displayName: 'Reader',
      keyCredentials: [{ type: 'AsymmetricX509Cert', usage: 'Verify', key, displayName: 'CN=A program' }],
    })
    const shown = {
      customKeyIdentifier: certified.sha1.toString('base64'),
      displayName: 'CN=A program',
      endDateTime: '2027-11-24T08:00:00Z',
      key: null,
      keyId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      startDateTime: '2026-11-23T08:00:00Z',
      type: 'AsymmetricX509Cert',
      usage: 'Verify',
    }
    expect(made.keyCredentials).toEqual([shown])
    const listed = await stage.call('GET', "/applications?$filter=displayName eq 'Reader'&$select=keyCredentials")
    expect(listed.body.value).toEqual([{ keyCredentials: [shown] }])
    const alone = await stage.call('GET', `/applications/${made.id}?$select=keyCredentials`)
    expect(alone.body.keyCredentials).toEqual([{ ...shown, key }])
  })

  it.each<[string, unknown, string]>([
    ['no body', undefined, 'Empty Payload'],
    ['what is no JSON', '{', 'Unable to read JSON'],
    ['a list', [], 'Unable to read JSON'],
    ['null', 'null', 'Unable to read JSON'],
    [
      'JSON nested too deep',
      `{"displayName":"a","web":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`,
      'Unable to read JSON',
    ],
    ['JSON nested without end', '['.repeat(500_000), 'Unable to read JSON'],
    ['no displayName', {}, "A value is required for property 'displayName' of resource 'Application'."],
    ['a displayName that is a number', { displayName: 1 }, "Invalid value specified for property 'displayName'"],
    ['an empty displayName', { displayName: ' ' }, 'displayName'],
    ['a displayName beyond bounds', { displayName: 'x'.repeat(257) }, 'displayName'],
    ['an unknown property', { displayName: 'a', colour: 'red' }, "Property 'colour'"],
    ['a property that is given by the service', { displayName: 'a', appId: NOBODY }, "Property 'appId'"],
    ['passwords', { displayName: 'a', passwordCredentials: [] }, "Property 'passwordCredentials'"],
    ['web as text', { displayName: 'a', web: 'x' }, "'web'"],
    ['tags as an object', { displayName: 'a', tags: {} }, "'tags'"],
    ['a flag as text', { displayName: 'a', isFallbackPublicClient: 'true' }, "'isFallbackPublicClient'"],
    ['an unknown audience', { displayName: 'a', signInAudience: 'Everyone' }, 'signInAudience'],
    ['an identifier that is no URI', { displayName: 'a', identifierUris: ['x'] }, 'identifierUris'],
    ['required access without a resource', { displayName: 'a', requiredResourceAccess: [{}] }, "'resourceAppId'"],
    ['a key that is no base64', { displayName: 'a', keyCredentials: [{ key: '!' }] }, "'key'"],
    ['a key that is no certificate', { displayName: 'a', keyCredentials: [{ key: 'AAAA' }] }, 'certificate'],
    ['a credential without its key', { displayName: 'a', keyCredentials: [{}] }, "'key'"],
    ['a symmetric key', { displayName: 'a', keyCredentials: [{ key: 'AAAA', type: 'Symmetric' }] }, "'Symmetric'"],
    ['a credential that is text', { displayName: 'a', keyCredentials: ['x'] }, "'keyCredentials'"],
  ])('refuses %s', async (_, body, message) => {
    const { call } = await openGraph()
    const answer = await call('POST', '/applications', body)
    expect(answer.status).toBe(400)
    expect(answer.body.error.message).toContain(message)
  })
})

describe('/applications/{id}', () => {
  it('is found by id and by appId', async () => {
    const stage = await openGraph()
    const { id, appId } = await create(stage)
    for (const path of [
      `/applications/${id}`,
      `/applications('${id}')`,
      `/applications(appId='${appId.toUpperCase()}')`,
    ]) {
      expect((await stage.call('GET', path)).body).toMatchObject({ id, appId })
    }
  })

  it.each([
    [`/applications/${NOBODY}`, 404, 'Request_ResourceNotFound'],
    [`/applications(appId='${NOBODY}')`, 404, 'Request_ResourceNotFound'],
    ['/applications/reader', 400, 'Request_BadRequest'],
  ])('%s is %i', async (path, status, code) => {
    const { call } = await openGraph()
    for (const [method, body] of [['GET'], ['PATCH', {}], ['DELETE']] as const) {
      const answer = await call(method, path, body)
      expect([answer.status, answer.body.error.code]).toEqual([status, code])
    }
  })

  it("does not show another tenant's app", async () => {
    const stage = await openGraph()
    const other = await stage.directory.tenants.create('Fabrikam', 'fabrikam.test')
    const { id, appId } = await stage.directory.apps.create(other.id, { displayName: 'Theirs' })
    expect((await stage.call('GET', `/applications/${id}`)).status).toBe(404)
    expect((await stage.call('GET', `/applications(appId='${appId}')`)).status).toBe(404)
    expect((await stage.call('DELETE', `/applications/${id}`)).status).toBe(404)
  })

  it('changes by PATCH, what is absent stays', async () => {
    const stage = await openGraph()
    const { id } = await create(stage, { displayName: 'Reader', notes: 'a', tags: ['x'] })
    const answer = await stage.call('PATCH', `/applications/${id}`, { displayName: 'Writer', notes: 'b' })
    expect([answer.status, answer.body]).toEqual([204, undefined])
    const { body } = await stage.call('GET', `/applications/${id}`)
    expect(body).toMatchObject({ displayName: 'Writer', notes: 'b', tags: ['x'] })
  })

  it('PATCH of keyCredentials replaces them, and keeps one that is named by its keyId', async () => {
    const stage = await openGraph()
    const { id, keyCredentials } = await create(stage, {
      displayName: 'Reader',
      keyCredentials: [credential(certified)],
    })
    await stage.call('PATCH', `/applications/${id}`, { keyCredentials: [...keyCredentials, credential(another)] })
    const both = (await stage.call('GET', `/applications/${id}`)).body.keyCredentials
    expect(both.map((it: { keyId: string }) => it.keyId)).toEqual([keyCredentials[0].keyId, expect.any(String)])
    await stage.call('PATCH', `/applications/${id}`, { keyCredentials: [] })
    expect((await stage.call('GET', `/applications/${id}`)).body.keyCredentials).toEqual([])
  })

  it('is gone after DELETE, with its service principal', async () => {
    const stage = await openGraph()
    const { id, appId } = await create(stage)
    await stage.directory.servicePrincipals.create(stage.tenant.id, { appId })
    expect((await stage.call('DELETE', `/applications(appId='${appId}')`)).status).toBe(204)
    expect((await stage.call('GET', `/applications/${id}`)).status).toBe(404)
    expect((await stage.call('GET', `/servicePrincipals(appId='${appId}')`)).status).toBe(404)
  })
})

describe('applications are found', () => {
  it.each<[string, boolean]>([
    ["identifierUris/any(x:x eq 'api://reader')", true],
    ["identifierUris/any(x:startswith(x,'api://'))", true],
    ["identifierUris/any(x:x eq 'api://writer')", false],
    ["passwordCredentials/any(p:p/displayName eq 'first')", true],
    ['passwordCredentials/any(p:p/endDateTime lt 2027-01-01)', true],
    ['passwordCredentials/any(p:p/endDateTime lt 2026-12-01)', false],
    ['passwordCredentials/$count eq 1', true],
    ['keyCredentials/any()', false],
    ['not keyCredentials/any()', true],
    ["requiredResourceAccess/any(r:r/resourceAppId eq '00000003-0000-0000-c000-000000000000')", true],
    ["web/redirectUris/any(u:endswith(u,'/callback'))", true],
    ['api/requestedAccessTokenVersion eq 2', true],
    ["tags/any(t:t in ('a','b')) and signInAudience eq 'AzureADMyOrg'", true],
    ['createdDateTime ge 2026-11-24 and createdDateTime lt 2026-11-25', true],
    ["displayName in ('Reader','Writer') or appId eq null", true],
  ])('by %s: %s', async (filter, found) => {
    const { call } = await openGraph()
    const { id } = (
      await call('POST', '/applications', {
        displayName: 'Reader',
        identifierUris: ['api://reader'],
        tags: ['b'],
        web: { redirectUris: ['https://reader.test/callback'] },
        api: { requestedAccessTokenVersion: 2 },
        requiredResourceAccess: [
          {
            resourceAppId: '00000003-0000-0000-c000-000000000000',
            resourceAccess: [{ id: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d', type: 'Scope' }],
          },
        ],
      })
    ).body
    const passwordCredential = { displayName: 'first', endDateTime: '2026-12-31' }
    await call('POST', `/applications/${id}/addPassword`, { passwordCredential })
    const { body } = await call('GET', `/applications?$filter=displayName eq 'Reader' and (${filter})`)
    expect(body.value.length).toBe(found ? 1 : 0)
  })
})

const reference = (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` })

async function openWithRobot() {
  const stage = await openGraph()
  const robot = await registerApp(stage, 'Robot')
  const roles = ['Application.ReadWrite.OwnedBy']
  const authorization = `Bearer ${await stage.tokenFor(robot, { audience: GRAPH, roles })}`
  const { app: other } = await registerApp(stage, 'Somebody else’s')
  return { ...stage, robot, other, asRobot: { authorization } }
}

describe('an app with Application.ReadWrite.OwnedBy', () => {
  it('makes apps, owns them and does with them what it likes', async () => {
    const { call, robot, asRobot } = await openWithRobot()
    const made = await call('POST', '/applications', { displayName: 'Made' }, asRobot)
    expect(made.status).toBe(201)
    const path = `/applications/${made.body.id}`
    const owners = await call('GET', `${path}/owners`)
    expect(owners.body).toMatchObject({
      '@odata.context': `${BASE}/v1.0/$metadata#directoryObjects`,
      value: [{ '@odata.type': '#microsoft.graph.servicePrincipal', id: robot.principal.id, displayName: 'Robot' }],
    })
    expect((await call('PATCH', path, { displayName: 'Renamed' }, asRobot)).status).toBe(204)
    expect((await call('POST', `${path}/addPassword`, {}, asRobot)).status).toBe(200)
    const credential = { name: 'builds', issuer: 'https://issuer.test/', subject: 'x', audiences: ['api://x'] }
    expect((await call('POST', `${path}/federatedIdentityCredentials`, credential, asRobot)).status).toBe(201)
    const principal = await call('POST', '/servicePrincipals', { appId: made.body.appId }, asRobot)
    expect(principal.status).toBe(201)
    const off = { accountEnabled: false }
    expect((await call('PATCH', `/servicePrincipals/${principal.body.id}`, off, asRobot)).status).toBe(204)
    expect((await call('DELETE', `/servicePrincipals/${principal.body.id}`, undefined, asRobot)).status).toBe(204)
    expect((await call('DELETE', path, undefined, asRobot)).status).toBe(204)
  })

  it('does nothing with the apps of others', async () => {
    const { call, other, directory, tenant, asRobot } = await openWithRobot()
    const path = `/applications/${other.id}`
    const principal = await directory.servicePrincipals.find(tenant.id, { appId: other.appId })
    expect((await call('GET', path, undefined, asRobot)).status).toBe(200)
    for (const [method, target, body] of [
      ['PATCH', path, { displayName: 'Mine' }],
      ['DELETE', path],
      ['POST', `${path}/addPassword`, {}],
      ['POST', `${path}/owners/$ref`, reference(principal!.id)],
      ['POST', `${path}/federatedIdentityCredentials`, {}],
      ['POST', '/servicePrincipals', { appId: other.appId }],
      ['PATCH', `/servicePrincipals/${principal!.id}`, { accountEnabled: false }],
      ['DELETE', `/servicePrincipals/${principal!.id}`],
      ['DELETE', '/applications/11111111-1111-1111-1111-111111111111'],
      ['POST', `/servicePrincipals/${principal!.id}/appRoleAssignments`, {}],
    ] as const) {
      expect([target, (await call(method, target, body, asRobot)).status]).toEqual([target, 403])
    }
  })

  it('loses an app with its ownership', async () => {
    const { call, robot, other, asRobot } = await openWithRobot()
    const path = `/applications/${other.id}`
    expect((await call('POST', `${path}/owners/$ref`, reference(robot.principal.id))).status).toBe(204)
    expect((await call('PATCH', path, { displayName: 'Mine' }, asRobot)).status).toBe(204)
    const shown = (await call('GET', `${path}?$expand=owners`)).body
    expect(shown.owners).toMatchObject([{ id: robot.principal.id }])
    expect((await call('DELETE', `${path}/owners/${robot.principal.id}/$ref`)).status).toBe(204)
    expect((await call('PATCH', path, { displayName: 'Mine' }, asRobot)).status).toBe(403)
    expect((await call('DELETE', `${path}/owners/${robot.principal.id}/$ref`)).status).toBe(404)
  })

  it('is an owner once', async () => {
    const { call, robot, other } = await openWithRobot()
    const path = `/applications/${other.id}/owners/$ref`
    await call('POST', path, reference(robot.principal.id))
    const again = await call('POST', path, reference(robot.principal.id))
    expect([again.status, again.body.error.message]).toEqual([400, expect.stringContaining("'owners'")])
    expect((await call('POST', path, { '@odata.id': 'x' })).status).toBe(400)
  })
})

describe('a person without a directory role', () => {
  const scopes = ['Application.ReadWrite.All']

  it('changes the apps that are that person’s own, and no others', async () => {
    const { call, other } = await openWithRobot()
    const { id } = (await call('GET', '/me', undefined, { person: { scopes: ['User.Read'] } })).body
    const path = `/applications/${other.id}`
    const asAda = { person: { scopes } }
    expect((await call('PATCH', path, { displayName: 'Hers' }, asAda)).status).toBe(403)
    await call('POST', `${path}/owners/$ref`, reference(id))
    expect((await call('PATCH', path, { displayName: 'Hers' }, asAda)).status).toBe(204)
    expect((await call('POST', '/applications', { displayName: 'Hers' }, asAda)).status).toBe(403)
    const withoutScope = { person: { scopes: ['Application.Read.All'] } }
    expect((await call('PATCH', path, { displayName: 'Hers' }, withoutScope)).status).toBe(403)
  })

  it('who develops apps makes them, and owns those', async () => {
    const { call } = await openWithRobot()
    const developer = { person: { scopes, wids: ['cf1c38e5-3621-4004-a7cb-879624dced7c'] } }
    const { body, status } = await call('POST', '/applications', { displayName: 'Hers' }, developer)
    expect(status).toBe(201)
    expect((await call('GET', `/applications/${body.id}/owners`)).body.value).toMatchObject([
      { '@odata.type': '#microsoft.graph.user', displayName: 'Ada Lovelace' },
    ])
    expect((await call('DELETE', `/applications/${body.id}`, undefined, developer)).status).toBe(204)
  })
})
