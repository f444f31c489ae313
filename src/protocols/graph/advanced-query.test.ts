import { describe, expect, it } from 'vitest'
import { openGraph } from '../../../test/support/graph-server.ts'

const advanced: [string, string][] = [
  ["$filter=displayName ne 'x'", 'NotEqualsMatch'],
  ["$filter=accountEnabled eq true and not startswith(displayName,'x')", 'Not'],
  ["$filter=displayName eq 'x' or endswith(mail,'x')", 'EndsWith'],
  ["$filter=contains(displayName,'x')", 'Contains'],
  ["$filter=businessPhones/any(p:endswith(p,'1'))", 'EndsWith'],
  ['$filter=businessPhones/$count eq 0', 'Count'],
  ["$filter=startswith(displayName,'x')&$orderby=displayName", 'OrderBy with Filter'],
]

describe('an advanced query', () => {
  it.each(advanced)('%s is answered at once where nothing is strict', async (query) => {
    const { call } = await openGraph()
    expect((await call('GET', `/users?${query}`)).status).toBe(200)
  })

  it.each(advanced)('%s has to say that it takes what may be late, in strict mode', async (query, operator) => {
    const { call } = await openGraph({ strict: true })
    const headers = { ConsistencyLevel: 'eventual' }
    for (const [asked, further] of [
      [query, {}],
      [`${query}&$count=true`, {}],
      [query, { headers }],
    ] as const) {
      const { status, body } = await call('GET', `/users?${asked}`, undefined, further)
      expect([status, body.error.code]).toEqual([400, 'Request_UnsupportedQuery'])
      expect(body.error.message).toContain(`Operator '${operator}' is not supported`)
    }
    expect((await call('GET', `/users?${query}&$count=true`, undefined, { headers })).status).toBe(200)
  })

  it('is no plain filter, no plain order and nothing of the audit', async () => {
    const { call } = await openGraph({ strict: true })
    for (const path of [
      "/users?$filter=startswith(displayName,'x') and accountEnabled eq true or displayName in ('y')",
      '/users?$orderby=displayName',
      '/auditLogs/signIns?$filter=status/errorCode ne 0&$orderby=createdDateTime desc',
    ]) {
      expect((await call('GET', path)).status).toBe(200)
    }
  })

  it('is a mere count too', async () => {
    const { call } = await openGraph({ strict: true })
    const refused = await call('GET', '/users/$count')
    expect([refused.status, refused.body.error.message]).toEqual([400, '$count is not currently supported.'])
    const headers = { ConsistencyLevel: 'eventual' }
    expect((await call('GET', '/users/$count', undefined, { headers })).body).toBe('0')
  })
})
