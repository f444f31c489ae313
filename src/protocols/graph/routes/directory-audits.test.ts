import { expect, it } from 'vitest'
import { BASE } from '../../../../test/support/access.ts'
import { openGraph } from '../../../../test/support/graph-server.ts'

const CORRELATION = '5f2d8a0e-57c5-4a52-8a8d-0a8f3c7f9b11'

const activitiesOf = (body: { value: { activityDisplayName: string }[] }) =>
  body.value.map(({ activityDisplayName }) => activityDisplayName)

it('what an app does through Graph stands in the audit with its name and the request', async () => {
  const { call } = await openGraph()
  const headers = { 'client-request-id': CORRELATION }
  const app = (await call('POST', '/applications', { displayName: 'Reader' }, { headers })).body
  const { body } = await call('GET', `/auditLogs/directoryAudits?$filter=correlationId eq '${CORRELATION}'`)
  expect(body['@odata.context']).toBe(`${BASE}/v1.0/$metadata#auditLogs/directoryAudits`)
  expect(body.value).toHaveLength(1)
  const [audit] = body.value
  expect(audit).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    category: 'ApplicationManagement',
    correlationId: CORRELATION,
    result: 'success',
    resultReason: '',
    activityDisplayName: 'Add application',
    activityDateTime: '2026-11-24T08:00:00Z',
    loggedByService: 'Core Directory',
    operationType: 'Add',
    initiatedBy: {
      user: null,
      app: {
        appId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        displayName: 'Administration',
        servicePrincipalId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        servicePrincipalName: null,
      },
    },
    targetResources: [
      {
        id: app.id,
        displayName: 'Reader',
        type: 'Application',
        userPrincipalName: null,
        modifiedProperties: expect.arrayContaining([
          { displayName: 'DisplayName', oldValue: null, newValue: '"Reader"' },
        ]),
      },
    ],
    additionalDetails: [],
  })
  const one = await call('GET', `/auditLogs/directoryAudits/${audit.id}`)
  expect(one.body).toMatchObject({ id: audit.id, activityDisplayName: 'Add application' })
})

it('what an app does for a person stands in the audit with that person', async () => {
  const { call } = await openGraph()
  const person = {
    scopes: ['Application.ReadWrite.All'],
    wids: ['9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'],
  }
  await call('POST', '/applications', { displayName: 'Reader' }, { person })
  const filter = "initiatedBy/user/userPrincipalName eq 'ADA@contoso.test'"
  const { body } = await call('GET', `/auditLogs/directoryAudits?$filter=${filter}`)
  expect(body.value).toMatchObject([
    {
      activityDisplayName: 'Add application',
      initiatedBy: { user: { userPrincipalName: 'ada@contoso.test' }, app: null },
    },
  ])
})

it('a secret that is added to an administrator’s app is in the audit, without the secret', async () => {
  const { call, directory, tenant } = await openGraph()
  const [app] = await directory.apps.page(tenant.id, { limit: 1 })
  const secret = (await call('POST', `/applications/${app!.id}/addPassword`, {})).body.secretText
  const { body } = await call(
    'GET',
    "/auditLogs/directoryAudits?$filter=startswith(activityDisplayName,'Update application')",
  )
  expect(activitiesOf(body)).toEqual(['Update application – Certificates and secrets management'])
  expect(body.value[0].targetResources[0].id).toBe(app!.id)
  expect(JSON.stringify(body)).not.toContain(secret)
})

it('what was refused leaves nothing in the audit', async () => {
  const { call } = await openGraph()
  const before = activitiesOf((await call('GET', '/auditLogs/directoryAudits')).body)
  await call('POST', '/applications', { displayName: '' })
  await call('POST', '/applications', { displayName: 'Reader' }, { roles: ['Application.Read.All'] })
  expect(activitiesOf((await call('GET', '/auditLogs/directoryAudits')).body)).toEqual(before)
})

it('the audit begins with the latest, and goes on from page to page within one moment', async () => {
  const { call, world } = await openGraph()
  const made: string[] = []
  for (let at = 0; at < 7; at++) {
    if (at === 3) world.advance(1000)
    made.unshift((await call('POST', '/applications', { displayName: `App ${at}` })).body.id)
  }
  const shown: string[] = []
  let url: string | undefined =
    "/auditLogs/directoryAudits?$top=2&$filter=activityDisplayName eq 'add application' and operationType eq 'Add'"
  while (url) {
    const { body } = await call('GET', url.replace(BASE, ''))
    shown.push(...body.value.map((it: { targetResources: { id: string }[] }) => it.targetResources[0]!.id))
    url = body['@odata.nextLink']
  }
  expect(shown.slice(0, 7)).toEqual(made)
})

it.each<[string, number]>([
  ['activityDateTime ge 2026-11-24T08:00:05Z', 1],
  ['activityDateTime ge 2026-11-24T08:00:06Z', 0],
  ["activityDateTime eq 2026-11-24T08:00:05Z and category eq 'UserManagement'", 1],
  ["activityDateTime lt 2026-11-24T08:00:05Z and activityDisplayName eq 'Add user'", 0],
  ["targetResources/any(t:t/type eq 'User' and startswith(t/displayName,'Bo'))", 1],
  ["initiatedBy/app/displayName eq 'Administration'", 1],
])('the audit is found by %s', async (filter, count) => {
  const { call, world } = await openGraph()
  world.advance(5000)
  await call('POST', '/users', {
    accountEnabled: true,
    displayName: 'Bob',
    mailNickname: 'bob',
    userPrincipalName: 'bob@contoso.test',
    passwordProfile: { password: 'Correct horse battery' },
  })
  const answer = await call('GET', `/auditLogs/directoryAudits?$filter=${filter}&$count=true`)
  expect(answer.body['@odata.count']).toBe(count)
})

it('no tenant sees the audit of another', async () => {
  const { call, directory } = await openGraph()
  const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
  await directory.apps.create(other.id, { displayName: 'Theirs' })
  const [theirs] = await directory.audits.page(other.id, { limit: 1 })
  const { body } = await call('GET', '/auditLogs/directoryAudits')
  expect(JSON.stringify(body)).not.toContain('Theirs')
  expect((await call('GET', `/auditLogs/directoryAudits/${theirs!.id}`)).status).toBe(404)
})
