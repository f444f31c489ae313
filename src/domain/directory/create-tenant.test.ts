import { describe, expect, it } from 'vitest'
import { openDirectory } from '../../../test/support/directory.ts'
import { createTenant, resetAdmin } from './create-tenant.ts'
import type { Directory, Tenant } from './types.ts'
import { directoryRole } from '../../core/well-known/directory-roles.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import { microsoftGraph } from '../../core/well-known/microsoft-graph.ts'

async function holdings(directory: Directory, tenant: Tenant, appId: string) {
  const principal = await directory.servicePrincipals.find(tenant.id, { appId })
  if (!principal) throw new Error('The app has no service principal')
  return {
    enabled: principal.accountEnabled,
    exchange: await directory.assignments.roles(tenant.id, principal.id, exchangeOnline.appId),
    graph: (await directory.assignments.roles(tenant.id, principal.id, microsoftGraph.appId)).toSorted(),
    directoryRoles: await directory.directoryRoles.of(tenant.id, principal.id),
  }
}

const everything = {
  enabled: true,
  exchange: ['Exchange.ManageAsApp'],
  graph: [
    'AppRoleAssignment.ReadWrite.All',
    'Application.ReadWrite.All',
    'AuditLog.Read.All',
    'DelegatedPermissionGrant.ReadWrite.All',
    'Directory.ReadWrite.All',
    'Domain.ReadWrite.All',
    'RoleManagement.ReadWrite.Directory',
    'User.ReadWrite.All',
  ],
  directoryRoles: [directoryRole.globalAdministrator],
}

describe('founding a tenant', () => {
  it('makes the administrator app with all that it needs', async () => {
    const { directory } = await openDirectory()
    const { tenant, admin } = await createTenant(directory, { displayName: 'Fabrikam', domain: 'fabrikam.test' })
    expect(await directory.apps.checkSecret(admin.clientId, admin.clientSecret)).toMatchObject({ ok: true })
    expect(await holdings(directory, tenant, admin.clientId)).toEqual(everything)
  })
})

describe('resetting the administrator', () => {
  it('gives a new secret and ends every other', async () => {
    const { directory } = await openDirectory()
    const { tenant, admin } = await createTenant(directory, { displayName: 'Fabrikam', domain: 'fabrikam.test' })
    const again = await resetAdmin(directory, tenant)
    expect(again.clientId).toBe(admin.clientId)
    expect(await directory.apps.checkSecret(admin.clientId, admin.clientSecret)).toMatchObject({ ok: false })
    expect(await directory.apps.checkSecret(again.clientId, again.clientSecret)).toMatchObject({ ok: true })
    expect(await holdings(directory, tenant, again.clientId)).toEqual(everything)
  })

  it('leaves no other way in: neither an outside issuer whose tokens are trusted, nor an owner', async () => {
    const { directory } = await openDirectory()
    const { tenant, admin } = await createTenant(directory, { displayName: 'Fabrikam', domain: 'fabrikam.test' })
    const app = (await directory.apps.findAnywhere(admin.clientId))!
    const principal = (await directory.servicePrincipals.find(tenant.id, { appId: admin.clientId }))!
    await directory.apps.addOwner(tenant.id, app.id, principal.id)
    const trusted = {
      name: 'pipeline',
      issuer: 'https://ci.example',
      subject: 'main',
      audiences: ['api://AzureADTokenExchange'],
    }
    await directory.apps.addFederated(tenant.id, app.id, trusted)
    await resetAdmin(directory, tenant)
    expect(await directory.apps.federatedCredentials(tenant.id, app.id)).toEqual([])
    expect(await directory.apps.owners(tenant.id, app.id)).toEqual([])
  })

  it('never takes another app of the same name for the administrator’s', async () => {
    const { directory } = await openDirectory()
    const { tenant, admin } = await createTenant(directory, { displayName: 'Fabrikam', domain: 'fabrikam.test' })
    const app = (await directory.apps.findAnywhere(admin.clientId))!
    await directory.apps.update(tenant.id, app.id, { displayName: 'Renamed' })
    const other = await directory.apps.create(tenant.id, { displayName: 'Postern administration' })
    expect((await resetAdmin(directory, tenant)).clientId).toBe(admin.clientId)
    await directory.apps.remove(tenant.id, app.id)
    expect((await resetAdmin(directory, tenant)).clientId).not.toBe(other.appId)
  })

  it('leaves no way in through properties: trusted names, redirect URIs, sign-in without a credential', async () => {
    const { directory } = await openDirectory()
    const { tenant, admin } = await createTenant(directory, { displayName: 'Fabrikam', domain: 'fabrikam.test' })
    const app = (await directory.apps.findAnywhere(admin.clientId))!
    await directory.apps.update(tenant.id, app.id, {
      signInAudience: 'AzureADMultipleOrgs',
      properties: {
        trustedSubjectNameAndIssuers: [{ subjectName: 'other.test', authorityId: app.id }],
        publicClient: { redirectUris: ['http://localhost/'] },
        isFallbackPublicClient: true,
        notes: 'Kept.',
      },
    })
    await resetAdmin(directory, tenant)
    const after = (await directory.apps.findAnywhere(admin.clientId))!
    expect(after).toMatchObject({ signInAudience: 'AzureADMyOrg', allowsPublicClient: false })
    expect(after.redirectUris.publicClient).toEqual([])
    expect(after.properties).toMatchObject({ trustedSubjectNameAndIssuers: null, notes: 'Kept.' })
  })

  it('makes again what was disabled or taken away', async () => {
    const { directory } = await openDirectory()
    const { tenant, admin } = await createTenant(directory, { displayName: 'Fabrikam', domain: 'fabrikam.test' })
    const principal = await directory.servicePrincipals.find(tenant.id, { appId: admin.clientId })
    if (!principal) throw new Error('The app has no service principal')
    const [first] = await directory.assignments.of(tenant.id, principal.id)
    await directory.assignments.remove(tenant.id, first?.id ?? '')
    await directory.servicePrincipals.update(tenant.id, principal.id, { accountEnabled: false })
    await resetAdmin(directory, tenant)
    expect(await holdings(directory, tenant, admin.clientId)).toMatchObject({
      ...everything,
      exchange: ['Exchange.ManageAsApp'],
    })
  })

  it('makes a new app when the old one is gone', async () => {
    const { directory } = await openDirectory()
    const { tenant, admin } = await createTenant(directory, { displayName: 'Fabrikam', domain: 'fabrikam.test' })
    const app = await directory.apps.findAnywhere(admin.clientId)
    if (!app) throw new Error('The app is not found')
    await directory.apps.remove(tenant.id, app.id)
    const again = await resetAdmin(directory, tenant)
    expect(again.clientId).not.toBe(admin.clientId)
    expect(await holdings(directory, tenant, again.clientId)).toEqual(everything)
  })
})
