import { describe, expect, it } from 'vitest'
import { BASE } from '../../../test/support/access.ts'
import { type OpenGraph, openGraph } from '../../../test/support/graph-server.ts'

async function openWithApps(count: number): Promise<OpenGraph> {
  const stage = await openGraph()
  for (let made = 0; made < count; made++) {
    stage.world.advance(1000)
    await stage.directory.apps.create(stage.tenant.id, { displayName: `App ${made}` })
  }
  return stage
}

const names = (body: { value: { displayName: string }[] }) => body.value.map((it) => it.displayName)

describe('a page', () => {
  it('links to the next until all was shown once', async () => {
    const { call } = await openWithApps(6)
    let url: string | undefined = "/applications?$top=2&$filter=startswith(displayName,'App')&$select=displayName"
    const pages: string[][] = []
    while (url) {
      const { body } = await call('GET', url.replace(BASE, ''))
      expect(body['@odata.context']).toBe(`${BASE}/v1.0/$metadata#applications(displayName)`)
      pages.push(names(body))
      url = body['@odata.nextLink']
      if (url) expect(url).toMatch(/^https:\/\/localhost:8443\/v1\.0\/applications\?\$top=2&\$filter=.*&\$skiptoken=/)
    }
    expect(pages).toEqual([
      ['App 0', 'App 1'],
      ['App 2', 'App 3'],
      ['App 4', 'App 5'],
    ])
  })

  it('goes on in the right place when what was shown is gone', async () => {
    const { call, directory, tenant } = await openWithApps(4)
    const path = "/applications?$top=2&$filter=startswith(displayName,'App')"
    const first = (await call('GET', path)).body
    await directory.apps.remove(tenant.id, first.value[1].id)
    const next = (await call('GET', first['@odata.nextLink'].replace(BASE, ''))).body
    expect(names(next)).toEqual(['App 2', 'App 3'])
  })

  it('counts what passed the filter, not what is shown', async () => {
    const { call } = await openWithApps(3)
    const { body } = await call('GET', "/applications?$count=true&$top=1&$filter=startswith(displayName,'App')")
    expect([body['@odata.count'], body.value.length]).toEqual([3, 1])
    expect((await call('GET', '/applications')).body).not.toHaveProperty('@odata.count')
  })

  it('is sorted by what $orderby names, also from page to page', async () => {
    const { call, directory, tenant } = await openWithApps(4)
    await directory.apps.create(tenant.id, { displayName: 'App 2', properties: { notes: 'Later' } })
    const shown: [string, string | null][][] = []
    let url: string | undefined =
      "/applications?$top=2&$orderby=displayName desc,notes&$filter=startswith(displayName,'App')"
    while (url) {
      const { body } = await call('GET', url.replace(BASE, ''))
      shown.push(body.value.map((it: { displayName: string; notes: string | null }) => [it.displayName, it.notes]))
      url = body['@odata.nextLink']
    }
    expect(shown).toEqual([
      [
        ['App 3', null],
        ['App 2', null],
      ],
      [
        ['App 2', 'Later'],
        ['App 1', null],
      ],
      [['App 0', null]],
    ])
  })

  it('of many is put together from chunks, in whatever order', async () => {
    const { call, directory, tenant } = await openGraph()
    const made = Array.from({ length: 1102 }, (_, at) => `User ${String(at).padStart(4, '0')}`)
    await Promise.all(
      made.map((displayName, at) =>
        directory.users.create(tenant.id, {
          displayName,
          userPrincipalName: `user${at}@contoso.test`,
          mailNickname: `user${at}`,
          accountEnabled: at % 2 === 0,
        }),
      ),
    )
    for (const order of ['', '&$orderby=displayName desc', '&$orderby=accountEnabled,displayName']) {
      const shown: string[] = []
      let url: string | undefined = `/users?$top=999&$select=displayName${order}`
      while (url) {
        const { body } = await call('GET', url.replace(BASE, ''))
        shown.push(...names(body))
        url = body['@odata.nextLink']
      }
      expect(shown).toHaveLength(made.length)
      expect(new Set(shown)).toEqual(new Set(made))
      if (order.includes('desc')) expect(shown).toEqual(made.toReversed())
    }
    const found = async (filter: string) => {
      const { body } = await call('GET', `/users?$count=true&$filter=${filter}`)
      return [body['@odata.count'], body.value.length]
    }
    expect(await found("userPrincipalName eq 'USER1000@contoso.test'")).toEqual([1, 1])
    expect(await found("startswith(displayName,'user 11')")).toEqual([2, 2])
    expect(await found("endswith(displayName,'0')")).toEqual([111, 100])
    expect(await found('accountEnabled eq false')).toEqual([551, 100])
    expect((await call('GET', '/users/$count')).body).toBe('1102')
  })

  it('takes options in any letter case, as Graph does', async () => {
    const { call } = await openWithApps(2)
    const { body } = await call(
      'GET',
      "/applications?$Top=1&$OrderBy=displayName&$FILTER=startswith(displayName,'App')",
    )
    expect(names(body)).toEqual(['App 0'])
  })

  it('takes options without the dollar sign, also from page to page', async () => {
    const { call } = await openWithApps(2)
    const { body } = await call('GET', "/applications?top=1&orderby=displayName&filter=startswith(displayName,'App')")
    expect(names(body)).toEqual(['App 0'])
    expect(names((await call('GET', body['@odata.nextLink'].replace(BASE, ''))).body)).toEqual(['App 1'])
  })

  it('is filtered by any property, whatever is selected', async () => {
    const { call } = await openWithApps(2)
    const { body } = await call('GET', "/applications?$filter=DisplayName eq 'app 1' and notes eq null&$select=tags")
    expect(body.value).toEqual([{ tags: [] }])
  })

  it.each([
    ['$top=0', 'Invalid page size'],
    ['$top=1000', 'Invalid page size'],
    ['$top=-1', 'Invalid page size'],
    ['$top=ten', 'Invalid page size'],
    ['$skiptoken=x', 'skip token'],
    ['$skiptoken=', 'skip token'],
    ['$select=colour', "Could not find a property named 'colour' on type 'microsoft.graph.application'."],
    ['$select=constructor', "Could not find a property named 'constructor'"],
    ["$filter=colour eq 'red'", "Could not find a property named 'colour'"],
    ['$filter=displayName', 'Invalid filter clause: Syntax error at position 11'],
    ["$filter=displayName has 'x'", 'Invalid filter clause'],
    ['$orderby=colour', "Could not find a property named 'colour'"],
    ['$orderby=displayName up', 'Invalid orderby clause'],
    ['$orderby=tags', "Unsupported sort property 'tags'"],
    ['$expand=createdOnBehalfOf', "'$expand' is not supported"],
    ['$expand=owners($top=1)', "'$expand' is not supported here for 'owners(top)'"],
    ['$expand=owners(', 'Found an unbalanced bracket expression.'],
    ['$search="displayName:a"', "'$search' is not supported"],
    ['$skip=1', "'$skip' is not supported"],
    ['$skiptoken=W10', 'skip token'],
    [`$skiptoken=${Buffer.from('[1,"x",{}]').toString('base64url')}&$orderby=displayName`, 'skip token'],
    [`$skiptoken=${Buffer.from('[1,"x"]').toString('base64url')}&$orderby=displayName`, 'skip token'],
    ['$top=1&$top=2', 'more than once'],
  ])('refuses %s', async (query, message) => {
    const { call } = await openGraph()
    const answer = await call('GET', `/applications?${query}`)
    expect(answer.status).toBe(400)
    expect(answer.body.error.message).toContain(message)
  })

  it('passes over options that are not OData', async () => {
    const { call } = await openGraph()
    expect((await call('GET', '/applications?api-version=1&$format=json&$select=*')).status).toBe(200)
  })
})
