import { describe, expect, it } from 'vitest'
import { openDirectory } from '../../../../test/support/directory.ts'
import { ask, sql } from '../../../storage/engine.ts'

const made = async (properties: Readonly<Record<string, unknown>>) => {
  const { directory, tenant } = await openDirectory()
  return directory.apps.create(tenant.id, { displayName: 'Reader', properties })
}

const some = (count: number) => Array.from({ length: count }, (_, at) => `https://reader.test/${at}`)

describe('redirect URIs', () => {
  it('are read from each kind of client; a new app has no redirect URI', async () => {
    expect((await made({})).redirectUris).toEqual({ web: [], spa: [], publicClient: [] })
    const app = await made({
      web: { redirectUris: ['https://reader.test/back?from=here', 'http://localhost:3000/'] },
      spa: { redirectUris: ['http://127.0.0.1/spa'] },
      publicClient: { redirectUris: ['http://localhost', 'msal123://auth', 'urn:ietf:wg:oauth:2.0:oob'] },
    })
    expect(app.redirectUris).toEqual({
      web: ['https://reader.test/back?from=here', 'http://localhost:3000/'],
      spa: ['http://127.0.0.1/spa'],
      publicClient: ['http://localhost', 'msal123://auth', 'urn:ietf:wg:oauth:2.0:oob'],
    })
  })

  it.each<[string, string, string]>([
    ['web', 'http://reader.test/', 'is neither https nor on this machine'],
    ['web', 'http://localhost.reader.test/', 'is neither https nor on this machine'],
    ['web', 'myapp://auth', 'is neither https nor http on this machine'],
    ['spa', 'myapp://auth', 'is neither https nor http on this machine'],
    ['publicClient', 'javascript:alert(1)', 'no app can wait at'],
    ['publicClient', 'data:text/html,x', 'no app can wait at'],
    ['web', 'https://reader.test/#here', 'has a fragment'],
    ['web', 'https://*.reader.test/', 'has a wildcard'],
    ['web', '/back', 'is not an absolute URI'],
    ['web', 'https:reader.test', 'is not an absolute URI'],
    ['web', 'https:///reader.test', 'is not an absolute URI'],
    ['web', 'https://reader.test@fabrikam.test/', 'names a user'],
    ['web', 'https://reader.test\\@fabrikam.test/', 'has a character that no URI has'],
    ['web', 'https://reader.test/\r\nx', 'has a character that no URI has'],
    ['web', `https://reader.test/${'a'.repeat(250)}`, 'is longer than 256 characters'],
  ])('of %s cannot be %s, which %s', async (kind, uri, fault) => {
    await expect(made({ [kind]: { redirectUris: [uri] } })).rejects.toMatchObject({
      reason: 'bad-syntax',
      message: expect.stringContaining(`The property ${kind}.redirectUris cannot hold '`),
      detail: { property: `${kind}.redirectUris` },
    })
    await expect(made({ [kind]: { redirectUris: [uri] } })).rejects.toThrow(fault)
  })

  it('are limited in number, over all kinds, and unique within a kind', async () => {
    await expect(made({ web: { redirectUris: some(200) }, spa: { redirectUris: some(57) } })).rejects.toMatchObject({
      detail: { property: 'redirectUris' },
    })
    await expect(made({ web: { redirectUris: ['https://a.test/', 'https://a.test/'] } })).rejects.toThrow('twice')
    await expect(made({ web: { redirectUris: [7] } })).rejects.toThrow('is not a text')
  })

  it('of one kind stay when a change sets another property beside them', async () => {
    const { directory, tenant } = await openDirectory()
    const app = await directory.apps.create(tenant.id, {
      displayName: 'Reader',
      properties: { web: { redirectUris: ['https://reader.test/'] } },
    })
    const change = { properties: { web: { logoutUrl: 'https://reader.test/out' } } }
    const changed = await directory.apps.update(tenant.id, app.id, change)
    expect(changed.redirectUris.web).toEqual(['https://reader.test/'])
    expect(changed.properties['web']).toEqual({
      redirectUris: ['https://reader.test/'],
      logoutUrl: 'https://reader.test/out',
    })
  })
})

it('an invalid property that an older version stored does not block changes of other properties', async () => {
  const { directory, tenant, engine } = await openDirectory()
  const app = await directory.apps.create(tenant.id, { displayName: 'Reader' })
  const old = JSON.stringify({ web: { redirectUris: ['http://reader.test/'] } })
  await engine.sql.write(() => ask(sql`update directory_app set properties = ${old} where id = ${app.id}`), [tenant.id])
  expect(await directory.apps.update(tenant.id, app.id, { displayName: 'Scanner' })).toMatchObject({
    displayName: 'Scanner',
    redirectUris: { web: ['http://reader.test/'] },
  })
  const change = { properties: { notes: 'judged again' } }
  await expect(directory.apps.update(tenant.id, app.id, change)).rejects.toMatchObject({ reason: 'bad-syntax' })
})

describe('an app', () => {
  it.each<[string, Readonly<Record<string, unknown>>, boolean]>([
    ['says nothing', {}, false],
    ['says so', { isFallbackPublicClient: true }, true],
    ['has native redirect URIs alone', { publicClient: { redirectUris: ['http://localhost'] } }, true],
    [
      'has others beside them',
      { publicClient: { redirectUris: ['http://localhost'] }, web: { redirectUris: ['https://reader.test/'] } },
      false,
    ],
    ['denies it', { publicClient: { redirectUris: ['http://localhost'] }, isFallbackPublicClient: false }, false],
  ])('that %s is a public client if the request does not show it: %j → %s', async (_, properties, allowed) => {
    expect((await made(properties)).allowsPublicClient).toBe(allowed)
  })

  it('gets tokens of version 1 until it requests version 2', async () => {
    expect((await made({})).accessTokenVersion).toBe(1)
    expect((await made({ api: { requestedAccessTokenVersion: null } })).accessTokenVersion).toBe(1)
    expect((await made({ api: { requestedAccessTokenVersion: 2 } })).accessTokenVersion).toBe(2)
    await expect(made({ api: { requestedAccessTokenVersion: 3 } })).rejects.toThrow(
      'The property api.requestedAccessTokenVersion must be 1, 2 or null.',
    )
    await expect(made({ isFallbackPublicClient: 'yes' })).rejects.toThrow('must be true, false or null')
  })
})
