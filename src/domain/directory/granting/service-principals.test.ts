import { describe, expect, it } from 'vitest'
import { openDirectory, registerApp } from '../../../../test/support/directory.ts'
import { exchangeOnline } from '../../../core/well-known/exchange-online.ts'

describe('service principals', () => {
  it('have an id that differs from both ids of the app', async () => {
    const context = await openDirectory()
    const { app, principal } = await registerApp(context)
    expect(new Set([app.id, app.appId, principal.id]).size).toBe(3)
    expect(principal).toMatchObject({
      displayName: 'Reader',
      accountEnabled: true,
      appOwnerOrganizationId: context.tenant.id,
      servicePrincipalNames: [app.appId],
    })
  })

  it('are unique for each app and tenant', async () => {
    const context = await openDirectory()
    const { app } = await registerApp(context)
    await expect(
      context.directory.servicePrincipals.create(context.tenant.id, { appId: app.appId.toUpperCase() }),
    ).rejects.toMatchObject({ reason: 'already-exists' })
  })

  it('need an existing app, which in another tenant must be multitenant', async () => {
    const { directory, tenant, world } = await openDirectory()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const own = await directory.apps.create(other.id, { displayName: 'Own' })
    const shared = await directory.apps.create(other.id, {
      displayName: 'Shared',
      signInAudience: 'AzureADMultipleOrgs',
    })
    for (const appId of [world.guid() as string, 'nothing', own.appId, own.id]) {
      await expect(directory.servicePrincipals.create(tenant.id, { appId })).rejects.toMatchObject({
        reason: 'no-such-thing',
      })
    }
    expect(await directory.servicePrincipals.create(tenant.id, { appId: shared.appId })).toMatchObject({
      appOwnerOrganizationId: other.id,
    })
  })

  it.each([
    'https://outlook.office365.com',
    'https://outlook.office365.com/',
    'HTTPS://Outlook.Office.com',
    'https://ps.outlook.com',
    exchangeOnline.appId,
    exchangeOnline.appId.toUpperCase(),
  ])('of Exchange is the resource %s', async (named) => {
    const { directory, tenant } = await openDirectory()
    const found = await directory.servicePrincipals.findResource(tenant.id, named)
    expect(found).toMatchObject({ appId: exchangeOnline.appId, tenant: tenant.id })
    expect(found?.appRoles.map(({ value }) => value)).toContain('IMAP.AccessAsApp')
  })

  it('are found as the resource that an identifier of their app names', async () => {
    const { directory, tenant } = await openDirectory()
    const app = await directory.apps.create(tenant.id, { displayName: 'API', identifierUris: ['api://Orders'] })
    expect(await directory.servicePrincipals.findResource(tenant.id, 'api://orders')).toBeUndefined()
    const principal = await directory.servicePrincipals.create(tenant.id, { appId: app.appId })
    expect(await directory.servicePrincipals.findResource(tenant.id, 'api://orders')).toEqual(principal)
    expect(principal.servicePrincipalNames).toEqual([app.appId, 'api://Orders'])
    expect(await directory.servicePrincipals.findResource(tenant.id, 'https://unknown.test')).toBeUndefined()
  })

  it('of a multitenant app are found by its identifiers, after the apps of the tenant itself', async () => {
    const { directory, tenant, world } = await openDirectory()
    const { servicePrincipals } = directory
    const found = () => servicePrincipals.findResource(tenant.id, 'API://orders/')
    const identifierUris = ['api://orders']
    const shared = { signInAudience: 'AzureADMultipleOrgs', identifierUris }
    const offered = []
    for (const name of ['fabrikam', 'adatum']) {
      const other = await directory.tenants.create(name, `${name}.test`)
      offered.push(await directory.apps.create(other.id, { displayName: name, ...shared }))
    }
    expect(await found()).toBeUndefined()
    const [later, first] = offered
    const principal = await servicePrincipals.create(tenant.id, { appId: first!.appId })
    expect(principal.servicePrincipalNames).toContain('api://orders')
    expect(await found()).toEqual(principal)
    world.advance(1)
    await servicePrincipals.create(tenant.id, { appId: later!.appId })
    expect(await found()).toEqual(principal)
    const app = await directory.apps.create(tenant.id, { displayName: 'Own', identifierUris })
    expect(await found()).toBeUndefined()
    expect(await servicePrincipals.create(tenant.id, { appId: app.appId })).toEqual(await found())
  })

  it('keep the properties that an update omits', async () => {
    const { directory, tenant } = await openDirectory()
    const { principal } = await registerApp({ directory, tenant })
    const disabled = await directory.servicePrincipals.update(tenant.id, principal.id, { accountEnabled: false })
    expect(disabled).toEqual({ ...principal, accountEnabled: false })
    const tagged = await directory.servicePrincipals.update(tenant.id, principal.id, { tags: ['x'] })
    expect(tagged).toEqual({ ...disabled, tags: ['x'] })
  })

  it('of the well-known resources cannot be removed', async () => {
    const { directory, tenant } = await openDirectory()
    const [exchange] = await directory.servicePrincipals.page(tenant.id, { limit: 100 })
    await expect(directory.servicePrincipals.remove(tenant.id, exchange!.id)).rejects.toMatchObject({
      reason: 'not-allowed',
    })
  })

  it('are visible in their own tenant only', async () => {
    const { directory, tenant } = await openDirectory()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const { principal } = await registerApp({ directory, tenant })
    expect(await directory.servicePrincipals.find(other.id, { id: principal.id })).toBeUndefined()
    await expect(directory.servicePrincipals.remove(other.id, principal.id)).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
  })
})
