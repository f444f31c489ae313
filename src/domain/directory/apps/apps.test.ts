import { describe, expect, it } from 'vitest'
import { openDirectory, registerApp } from '../../../../test/support/directory.ts'
import { sql } from '../../../storage/engine.ts'
import type { NewApp } from '../types.ts'
import { exchangeOnline } from '../../../core/well-known/exchange-online.ts'

describe('apps', () => {
  it('have two ids, and are found by either in any letter case', async () => {
    const { directory, tenant } = await openDirectory()
    const app = await directory.apps.create(tenant.id, { displayName: 'Reader' })
    expect(app.id).not.toBe(app.appId)
    expect(await directory.apps.find(tenant.id, { id: app.id.toUpperCase() })).toEqual(app)
    expect(await directory.apps.find(tenant.id, { appId: app.appId.toUpperCase() })).toEqual(app)
    expect(await directory.apps.findAnywhere(app.appId.toUpperCase())).toEqual(app)
    expect(await directory.apps.find(tenant.id, { id: app.appId })).toBeUndefined()
    expect(await directory.apps.findAnywhere(app.id)).toBeUndefined()
    expect(await directory.apps.findAnywhere('nothing')).toBeUndefined()
  })

  it('do not have a service principal by themselves', async () => {
    const { directory, tenant } = await openDirectory()
    const app = await directory.apps.create(tenant.id, { displayName: 'Reader' })
    expect(await directory.servicePrincipals.find(tenant.id, { appId: app.appId })).toBeUndefined()
  })

  it('are their own tenant’s', async () => {
    const { directory, tenant } = await openDirectory()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const app = await directory.apps.create(tenant.id, { displayName: 'Reader' })
    expect(await directory.apps.find(other.id, { appId: app.appId })).toBeUndefined()
    expect(await directory.apps.page(other.id, { limit: 100 })).toEqual([])
    await expect(directory.apps.update(other.id, app.id, { displayName: 'Mine' })).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
    await expect(directory.apps.addSecret(other.id, app.id, {})).rejects.toMatchObject({ reason: 'no-such-thing' })
    await expect(directory.apps.remove(other.id, app.id)).rejects.toMatchObject({ reason: 'no-such-thing' })
  })

  it('keep what an update does not speak of', async () => {
    const { directory, tenant } = await openDirectory()
    const app = await directory.apps.create(tenant.id, {
      displayName: 'Reader',
      identifierUris: ['api://reader'],
      properties: { web: { redirectUris: ['https://reader.test'] }, notes: 'first' },
    })
    const changed = await directory.apps.update(tenant.id, app.id, { properties: { notes: 'second' } })
    expect(changed).toEqual({ ...app, properties: { web: { redirectUris: ['https://reader.test'] }, notes: 'second' } })
  })

  it('lend their name to their service principal until it has one of its own', async () => {
    const { directory, tenant } = await openDirectory()
    const { app, principal } = await registerApp({ directory, tenant })
    const name = async () => (await directory.servicePrincipals.find(tenant.id, { id: principal.id }))?.displayName
    await directory.apps.update(tenant.id, app.id, { displayName: 'Scanner' })
    expect(await name()).toBe('Scanner')
    await directory.servicePrincipals.update(tenant.id, principal.id, { displayName: 'Its own' })
    await directory.apps.update(tenant.id, app.id, { displayName: 'Reader' })
    expect(await name()).toBe('Its own')
  })

  it('go with their secrets, their service principal and its grants, but not with Exchange’s pointer', async () => {
    const { directory, tenant } = await openDirectory()
    const { app, principal } = await registerApp({ directory, tenant })
    const { value } = await directory.apps.addSecret(tenant.id, app.id, {})
    const exchange = await directory.servicePrincipals.find(tenant.id, { appId: exchangeOnline.appId })
    await directory.assignments.create(tenant.id, {
      principal: principal.id,
      resource: exchange!.id,
      appRoleId: exchangeOnline.appRoles[0]!.id,
    })
    const pointer = await directory.exchange.create(tenant.id, { appId: app.appId, objectId: principal.id })
    await directory.apps.remove(tenant.id, app.id)

    expect(await directory.apps.checkSecret(app.appId, value)).toEqual({ ok: false, because: 'no-credentials' })
    expect(await directory.servicePrincipals.find(tenant.id, { id: principal.id })).toBeUndefined()
    expect(await directory.assignments.pageOn(tenant.id, exchange!.id, { limit: 100 })).toEqual([])
    expect(await directory.exchange.find(tenant.id, app.appId)).toEqual(pointer)
    await expect(directory.apps.remove(tenant.id, app.id)).rejects.toMatchObject({ reason: 'no-such-thing' })
  })

  it('do not share an identifier within a tenant', async () => {
    const { directory, tenant } = await openDirectory()
    const first = await directory.apps.create(tenant.id, { displayName: 'A', identifierUris: ['api://Shared'] })
    const second = { displayName: 'B', identifierUris: ['api://shared/'] }
    await expect(directory.apps.create(tenant.id, second)).rejects.toMatchObject({ reason: 'already-exists' })
    await directory.apps.update(tenant.id, first.id, { identifierUris: [] })
    await expect(directory.apps.create(tenant.id, second)).resolves.toMatchObject({ displayName: 'B' })
  })

  it('are called by no host but the tenant’s own, and by the GUID of no other app', async () => {
    const { directory, tenant } = await openDirectory()
    const elsewhere = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const others = await directory.apps.create(elsewhere.id, { displayName: 'Other' })
    const app = await directory.apps.create(tenant.id, { displayName: 'API' })
    const call = (uri: string) => directory.apps.update(tenant.id, app.id, { identifierUris: [uri] })
    const refused = [
      `api://${others.appId}`,
      `API://${others.appId.toUpperCase()}/`,
      `api://${tenant.id}/${others.appId}`,
      `api://${exchangeOnline.appId}`,
      'https://fabrikam.test/api',
      'https:fabrikam.test',
      'https://contoso.test@fabrikam.test/',
      'https://notcontoso.test',
      'https://contoso.test.fabrikam.test',
      'http://fabrikam.test',
      'https://[',
    ]
    for (const uri of refused) {
      const bad = { displayName: 'New', identifierUris: [uri] }
      await expect(directory.apps.create(tenant.id, bad)).rejects.toMatchObject({ reason: 'bad-syntax' })
      await expect(call(uri)).rejects.toMatchObject({
        message: `Values of identifierUris property must use a verified domain of the organization or its subdomain: '${uri}'`,
        detail: { property: 'identifierUris' },
      })
    }
    const allowed = [
      `api://${app.appId}`,
      `api://${tenant.id}/${app.appId}`,
      'api://5f0a3c1e-8d5e-4b6f-9c53-0f6a4b1d2e77',
      'api://orders',
      'https://Contoso.test/api',
      'https://api.contoso.test:8443',
      'urn:orders',
    ]
    for (const uri of allowed) expect(await call(uri)).toMatchObject({ identifierUris: [uri] })
  })

  it('keep an identifier from before their tenant had to own its host, while it is not another', async () => {
    const { directory, tenant, engine } = await openDirectory()
    const app = await directory.apps.create(tenant.id, { displayName: 'API', identifierUris: ['api://orders'] })
    const foreign = 'https://fabrikam.test/orders'
    await engine.sql.write(
      function* () {
        yield sql`update directory_app set identifier_uris = ${JSON.stringify([foreign])} where id = ${app.id}`
      },
      [tenant.id],
    )
    const change = { displayName: 'Orders', identifierUris: [foreign, 'api://orders'] }
    expect(await directory.apps.update(tenant.id, app.id, change)).toMatchObject(change)
    await expect(
      directory.apps.update(tenant.id, app.id, { identifierUris: ['https://fabrikam.test/'] }),
    ).rejects.toMatchObject({ reason: 'bad-syntax' })
  })

  it.each<[string, Partial<NewApp>]>([
    ['no name', { displayName: '' }],
    ['an unknown audience', { signInAudience: 'Everyone' }],
    ['an identifier that is no URI', { identifierUris: ['reader'] }],
    ['the identifier of Exchange', { identifierUris: ['https://outlook.office365.com/'] }],
    ['too many identifiers', { identifierUris: Array.from({ length: 51 }, (_, i) => `api://${i}`) }],
    ['a resource that is no GUID', { requiredResourceAccess: [{ resourceAppId: 'graph', resourceAccess: [] }] }],
    ['endless properties', { properties: { notes: 'a'.repeat(70_000) } }],
    ['properties nested without end', { properties: { web: JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)) } }],
    ['half a character in its name', { displayName: 'Reader \ud83d' }],
    ['too many certificates', { certificates: Array.from({ length: 51 }, () => ({ der: new Uint8Array() })) }],
  ])('are refused with %s', async (_, change) => {
    const { directory, tenant } = await openDirectory()
    await expect(directory.apps.create(tenant.id, { displayName: 'Reader', ...change })).rejects.toMatchObject({
      reason: 'bad-syntax',
    })
  })
})
