import { describe, expect, it } from 'vitest'
import { openAccess } from '../../test/support/access.ts'

async function opened() {
  const context = await openAccess('standards')
  const latest = async () => {
    await context.signIns.settled()
    return (await context.signIns.recent(context.tenant.id, 5))[0]
  }
  return { ...context, latest }
}

describe('a request over HTTP with a malformed bearer credential', () => {
  it.each([
    ["Bearer b'eyJh.e30.x'", 'token.decode()'],
    ['Bearer Bearer eyJh.e30.x', 'The word Bearer stands there twice.'],
    ['Bearer', 'no token follows'],
    ['eyJh.e30.x', 'The word Bearer is missing'],
  ])('is refused as one without a token, and %s is explained on record', async (authorization, evidence) => {
    const { access, latest } = await opened()
    const request = { bearer: undefined, authorization, api: 'graph', from: '192.0.2.7' } as const
    await expect(access.authorize(request)).rejects.toMatchObject({ detail: { fault: 'missing' } })
    const record = await latest()
    expect(record).toMatchObject({ protocol: 'graph', failed: 'token', from: '192.0.2.7', wire: '401 Unauthorized' })
    expect(record?.checks.at(-1)?.evidence).toContain(evidence)
  })

  it.each(['None', 'null', 'undefined'])('with the token %s says that the program has no token', async (bearer) => {
    const { access, latest } = await opened()
    const request = { bearer, authorization: `Bearer ${bearer}`, api: 'exchange', from: '192.0.2.7' } as const
    await expect(access.authorize(request)).rejects.toMatchObject({ detail: { fault: 'token', token: 'malformed' } })
    expect((await latest())?.checks.at(-1)?.evidence).toContain('the program has no token')
    const entry = { credential: { bearer }, protocol: 'imap', address: 'ada@contoso.test', from: '192.0.2.8' } as const
    expect(await access.enter(entry)).toMatchObject({ granted: false })
    expect((await latest())?.checks.at(-1)?.evidence).toContain('the program has no token')
  })

  it('leaves no record if it has no credential at all', async () => {
    const { access, latest } = await opened()
    const request = { bearer: undefined, authorization: undefined, api: 'graph', from: '192.0.2.7' } as const
    await expect(access.authorize(request)).rejects.toMatchObject({ detail: { fault: 'missing' } })
    expect(await latest()).toBeUndefined()
  })

  it('is on record in the tenant that the path names', async () => {
    const { access, directory, signIns } = await opened()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const request = { bearer: undefined, authorization: 'Bearer', tenant: 'fabrikam.test', from: '192.0.2.7' } as const
    await expect(access.authorize({ ...request, api: 'exchange' })).rejects.toMatchObject({ name: 'Refusal' })
    await signIns.settled()
    expect(await signIns.recent(other.id, 5)).toHaveLength(1)
  })
})
