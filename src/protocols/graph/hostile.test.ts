import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { openGraph } from '../../../test/support/graph-stage.ts'
import { exchangeOnline } from '../../domain/directory/well-known/exchange-online.ts'

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
  '__proto__',
  'toString',
  '@odata.type',
)
const simple = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.constantFrom('AAAA', '2026-12-01', true))
const nested = fc.dictionary(names, simple)
const bodies = fc.oneof(
  fc.dictionary(names, fc.oneof(simple, nested, fc.array(nested))).map((body) => JSON.stringify(body)),
  fc.jsonValue().map((body) => JSON.stringify(body)),
  fc.string(),
)

it('whatever the body, no route breaks', async () => {
  const { call, directory, tenant } = await openGraph()
  const { id } = await directory.apps.create(tenant.id, { displayName: 'Reader' })
  const targets = fc.constantFrom<['POST' | 'PATCH', string]>(
    ['POST', '/applications'],
    ['PATCH', `/applications/${id}`],
    ['POST', `/applications/${id}/addPassword`],
    ['POST', `/applications/${id}/removePassword`],
    ['POST', '/servicePrincipals'],
    ['PATCH', `/servicePrincipals(appId='${exchangeOnline.appId}')`],
    ['POST', `/servicePrincipals(appId='${exchangeOnline.appId}')/appRoleAssignedTo`],
    ['POST', '/users'],
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
      ),
      fc.string().map(encodeURIComponent),
    ),
    { maxLength: 4 },
  )
  const queries = fc.dictionary(fc.constantFrom('$filter', '$select', '$top', '$skiptoken', '$count', 'x'), fc.string())
  await fc.assert(
    fc.asyncProperty(segments, queries, async (path, query) => {
      const answer = await call('GET', `/${path.join('/')}?${new URLSearchParams(query).toString()}`)
      expect(answer.status).toBeLessThan(500)
    }),
    { numRuns: 300 },
  )
})
