import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { openGraph } from '../../../test/support/graph-server.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import { anyText } from '../../../test/support/any-text.ts'

const names = fc.constantFrom(
  'displayName',
  'appId',
  'identifierUris',
  'requiredResourceAccess',
  'resourceAccess',
  'keyCredentials',
  'key',
  'web',
  'tags',
  'passwordCredential',
  'endDateTime',
  'keyId',
  'accountEnabled',
  'mailNickname',
  'userPrincipalName',
  'passwordProfile',
  'password',
  'principalId',
  'appRoleId',
  'keyCredential',
  'proof',
  'name',
  'issuer',
  'subject',
  'audiences',
  'clientId',
  'consentType',
  'scope',
  'directoryScopeId',
  '@odata.id',
  '__proto__',
  'toString',
  '@odata.type',
)
const simple = fc.oneof(fc.jsonValue(), anyText(), fc.constantFrom('AAAA', '2026-12-01', true))
const nested = fc.dictionary(names, simple)
const bodies = fc.oneof(
  fc.dictionary(names, fc.oneof(simple, nested, fc.array(nested))).map((body) => JSON.stringify(body)),
  fc.jsonValue().map((body) => JSON.stringify(body)),
  fc.string(),
)

it('whatever the body, no route breaks', async () => {
  const { call, directory, tenant } = await openGraph()
  const { id } = await directory.apps.create(tenant.id, { displayName: 'Reader' })
  await directory.users.create(tenant.id, {
    userPrincipalName: 'ada@contoso.test',
    displayName: 'Ada',
    mailNickname: 'ada',
    accountEnabled: true,
  })
  const targets = fc.constantFrom<['POST' | 'PATCH', string]>(
    ['POST', '/applications'],
    ['PATCH', `/applications/${id}`],
    ['POST', `/applications/${id}/addPassword`],
    ['POST', `/applications/${id}/removePassword`],
    ['POST', '/servicePrincipals'],
    ['PATCH', `/servicePrincipals(appId='${exchangeOnline.appId}')`],
    ['POST', `/servicePrincipals(appId='${exchangeOnline.appId}')/appRoleAssignedTo`],
    ['POST', '/users'],
    ['PATCH', '/users/ada@contoso.test'],
    ['POST', `/applications/${id}/addKey`],
    ['POST', `/applications/${id}/federatedIdentityCredentials`],
    ['POST', '/oauth2PermissionGrants'],
    ['POST', "/directoryRoles(roleTemplateId='62e90394-69f5-4237-9190-012177145e10')/members/$ref"],
    ['POST', '/roleManagement/directory/roleAssignments'],
  )
  await fc.assert(
    fc.asyncProperty(targets, bodies, async ([method, path], body) => {
      expect((await call(method, path, body)).status).toBeLessThan(500)
    }),
    { numRuns: 300 },
  )
})

it('whatever the path and the query, no route breaks', async () => {
  const { call } = await openGraph()
  const segments = fc.array(
    fc.oneof(
      fc.constantFrom(
        'applications',
        'users',
        "users('a')",
        'servicePrincipals',
        "x(appId='y')",
        '%27',
        '%28',
        '$count',
        '$ref',
        'auditLogs',
        'signIns',
        'directoryAudits',
        'directoryRoles',
        'members',
        'oauth2PermissionGrants',
      ),
      fc.string().map(encodeURIComponent),
    ),
    { maxLength: 4 },
  )
  const options = fc.constantFrom('$filter', '$select', '$top', '$skiptoken', '$count', '$orderby', '$expand', 'x')
  const queries = fc.dictionary(options, fc.string())
  await fc.assert(
    fc.asyncProperty(segments, queries, async (path, query) => {
      const answer = await call('GET', `/${path.join('/')}?${new URLSearchParams(query).toString()}`)
      expect(answer.status).toBeLessThan(500)
    }),
    { numRuns: 300 },
  )
})

it('whatever the filter, the order and the skip token, no list breaks', async () => {
  const { call } = await openGraph()
  await call('POST', '/applications', {
    displayName: 'Reader',
    tags: ['a'],
    web: { redirectUris: ['https://a.test/'] },
  })
  const paths = fc.constantFrom(
    'id',
    'displayName',
    'tags',
    'web',
    'web/redirectUris',
    'api',
    'createdDateTime',
    'notes/x',
  )
  const values = fc.constantFrom("'a'", '1', 'null', 'true', '2026-11-24', '2026-11-24T08:00:00Z', "'\ud800'", "''")
  const filters = fc.oneof(
    fc.tuple(paths, fc.constantFrom('eq', 'ne', 'gt', 'le'), values).map((parts) => parts.join(' ')),
    fc.tuple(paths, values).map(([path, value]) => `not ${path}/any(x:x eq ${value} or x/y/$count gt 1)`),
    fc.tuple(fc.constantFrom('startswith', 'contains'), paths).map(([name, path]) => `${name}(${path},'')`),
  )
  const tokens = fc.oneof(
    fc.string(),
    fc.array(fc.jsonValue(), { maxLength: 4 }).map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url')),
  )
  const queries = fc.record(
    { $filter: filters, $orderby: paths, $skiptoken: tokens, $count: fc.constantFrom('true', 'x') },
    { requiredKeys: [] },
  )
  const lists = fc.constantFrom('/applications', '/servicePrincipals', '/auditLogs/directoryAudits')
  await fc.assert(
    fc.asyncProperty(lists, queries, async (path, query) => {
      expect((await call('GET', `${path}?${new URLSearchParams(query).toString()}`)).status).toBeLessThan(500)
    }),
    { numRuns: 300 },
  )
})
