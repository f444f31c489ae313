import { describe, expect, it } from 'vitest'
import { openGraph } from '../../../../test/support/graph-server.ts'

describe('domains', () => {
  it('are added, verified, made the default one and removed', async () => {
    const { call } = await openGraph()
    const added = await call('POST', '/domains', { id: 'Fabrikam.test' })
    expect([added.status, added.body]).toEqual([
      201,
      expect.objectContaining({ id: 'fabrikam.test', isVerified: false }),
    ])
    const records = await call('GET', '/domains/fabrikam.test/verificationDnsRecords')
    expect(records.body.value).toMatchObject([
      { recordType: 'Txt', label: 'fabrikam.test', text: expect.stringMatching(/^MS=ms\d{8}$/) },
    ])
    const verified = await call('POST', '/domains/fabrikam.test/verify')
    expect([verified.status, verified.body]).toEqual([200, expect.objectContaining({ isVerified: true, isRoot: true })])
    const again = await call('POST', '/domains/fabrikam.test/verify')
    expect([again.status, again.body.error]).toMatchObject([400, { message: 'Domain is already verified.' }])

    expect((await call('PATCH', '/domains/fabrikam.test', { isDefault: true })).status).toBe(204)
    expect((await call('GET', '/domains')).body.value).toMatchObject([
      { id: 'fabrikam.test', isDefault: true, isInitial: false },
      { id: 'contoso.test', isDefault: false, isInitial: true },
    ])
    expect((await call('PATCH', '/domains/contoso.test', { isDefault: true })).status).toBe(204)
    expect((await call('DELETE', '/domains/fabrikam.test')).status).toBe(204)
    expect((await call('GET', '/domains/fabrikam.test')).status).toBe(404)
  })

  it.each([
    ['POST', '/domains', { id: 'contoso.test' }, 400, 'A conflicting object'],
    ['POST', '/domains', { id: 'contoso' }, 400, 'is not a domain name'],
    ['POST', '/domains', {}, 400, "A value is required for property 'id'"],
    ['PATCH', '/domains/contoso.test', { isDefault: false }, 400, 'make another domain the default one'],
    ['DELETE', '/domains/contoso.test', undefined, 400, 'The initial domain'],
    ['POST', '/domains/fabrikam.test/verify', undefined, 404, 'fabrikam.test'],
  ] as const)('refuses %s %s %j', async (method, path, body, status, message) => {
    const { call } = await openGraph()
    const answer = await call(method, path, body)
    expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringContaining(message)])
  })
})
