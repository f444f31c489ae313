import { describe, expect, it } from 'vitest'
import { openDirectory, registerApp } from '../../../../test/support/directory.ts'
import { defaultAccess } from '../../../core/well-known/resource.ts'
import { exchangeOnline } from '../../../core/well-known/exchange-online.ts'
import { microsoftGraph } from '../../../core/well-known/microsoft-graph.ts'
import { resources } from '../../../core/well-known/resources.ts'

async function open() {
  const context = await openDirectory()
  const { directory, tenant } = context
  const { principal } = await registerApp(context)
  const idOf = async ({ appId }: { appId: string }) =>
    (await directory.servicePrincipals.find(tenant.id, { appId }))!.id
  const [exchange, graph] = [await idOf(exchangeOnline), await idOf(microsoftGraph)]
  if (!exchange || !graph) throw new Error('The resources are not there')
  const grant = (appRoleId: string, resource = exchange) =>
    directory.assignments.create(tenant.id, { principal: principal.id, resource, appRoleId })
  return { ...context, principal, exchange, graph, grant }
}

const imap = '5e5addcd-3e8d-4e90-baf5-964efab2b20a'
const mailRead = '810c84a8-4a9e-49e6-bf7d-12d183f40d01'

describe('the well-known permissions', () => {
  it.each(resources.map((resource) => [resource.displayName, resource] as const))(
    'of %s have GUIDs, and each id and value once',
    (_, { appRoles, oauth2PermissionScopes }) => {
      for (const list of [appRoles, oauth2PermissionScopes]) {
        for (const { id } of list) expect(id).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
        expect(new Set(list.map(({ id }) => id)).size).toBe(list.length)
        expect(new Set(list.map(({ value }) => value)).size).toBe(list.length)
      }
    },
  )
})

describe('app role assignments', () => {
  it('are listed on both sides, and have the values of their roles', async () => {
    const { directory, tenant, principal, exchange, grant } = await open()
    const made = await grant(imap.toUpperCase())
    expect(await directory.assignments.of(tenant.id, principal.id)).toEqual([made])
    expect(await directory.assignments.pageOn(tenant.id, exchange, { limit: 100 })).toEqual([made])
    expect(await directory.assignments.roles(tenant.id, principal.id, exchangeOnline.appId)).toEqual([
      'IMAP.AccessAsApp',
    ])
  })

  it('count only on their own resource, although resources share ids', async () => {
    const { directory, tenant, principal, graph, grant } = await open()
    await grant(mailRead, graph)
    const roles = (resource: string) => directory.assignments.roles(tenant.id, principal.id, resource)
    expect(await roles(microsoftGraph.appId)).toEqual(['Mail.Read'])
    expect(await roles(exchangeOnline.appId)).toEqual([])
  })

  it('have an id that no command line can confuse with a parameter', async () => {
    const { directory, tenant, grant } = await open()
    for (const { id: role } of exchangeOnline.appRoles) {
      const { id } = await grant(role)
      expect(id).toMatch(/^[A-Za-z\d][\w-]{42}$/)
      await directory.assignments.remove(tenant.id, id)
    }
  })

  it('are unique', async () => {
    const { grant } = await open()
    await grant(imap)
    await expect(grant(imap)).rejects.toMatchObject({ reason: 'already-exists' })
  })

  it('need a role of the same resource, or the default access', async () => {
    const { directory, tenant, principal, graph, grant } = await open()
    await expect(grant(imap, graph)).rejects.toMatchObject({ reason: 'bad-syntax' })
    await expect(grant('195adc35-e27b-454b-a7ed-1ecdffa1c09f')).rejects.toMatchObject({ reason: 'bad-syntax' })
    await expect(grant('')).rejects.toMatchObject({ reason: 'bad-syntax' })
    await grant(defaultAccess)
    expect(await directory.assignments.roles(tenant.id, principal.id, exchangeOnline.appId)).toEqual([])
  })

  it('need a principal and a resource of the tenant', async () => {
    const { directory, tenant, principal, exchange, world } = await open()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const [foreign] = await directory.servicePrincipals.page(other.id, { limit: 100 })
    for (const [who, what] of [
      [world.guid(), exchange],
      [principal.id, world.guid()],
      [principal.id, foreign!.id],
      [foreign!.id, exchange],
    ] as const) {
      await expect(
        directory.assignments.create(tenant.id, { principal: who, resource: what, appRoleId: imap }),
      ).rejects.toMatchObject({ reason: 'no-such-thing' })
    }
  })

  it('have no effect after removal; only their own tenant can remove them', async () => {
    const { directory, tenant, principal, grant } = await open()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const { id } = await grant(imap)
    for (const [where, which] of [
      [other.id, id],
      [tenant.id, 'nothing'],
      [tenant.id, '\0'],
    ] as const) {
      await expect(directory.assignments.remove(where, which)).rejects.toMatchObject({ reason: 'no-such-thing' })
    }
    await directory.assignments.remove(tenant.id, id)
    expect(await directory.assignments.roles(tenant.id, principal.id, exchangeOnline.appId)).toEqual([])
  })
})

describe('directory roles', () => {
  it('are assigned once, even if the assignment is repeated', async () => {
    const { directory, tenant, principal } = await open()
    const role = '29232cdf-9323-42fd-ade2-1d097af3e4de'
    await directory.directoryRoles.assign(tenant.id, principal.id, role.toUpperCase())
    await directory.directoryRoles.assign(tenant.id, principal.id, role)
    expect(await directory.directoryRoles.of(tenant.id, principal.id)).toEqual([role])
  })

  it('have no effect in another tenant', async () => {
    const { directory, principal } = await open()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const role = '29232cdf-9323-42fd-ade2-1d097af3e4de'
    await expect(directory.directoryRoles.assign(other.id, principal.id, role)).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
    expect(await directory.directoryRoles.of(other.id, principal.id)).toEqual([])
  })
})

const role = (id: string | undefined, value: string, more: object = {}) => ({
  id,
  value,
  displayName: value,
  description: `May ${value}`,
  allowedMemberTypes: ['Application'],
  isEnabled: true,
  ...more,
})

describe('the roles and scopes that an app publishes', () => {
  const [fetchRole, readerRole, offRole, scope] = [1, 2, 3, 4].map((at) => `00000000-0000-4000-8000-00000000000${at}`)
  const offered = {
    appRoles: [
      role(fetchRole, 'Fetch.All'),
      role(readerRole, 'Reader', { allowedMemberTypes: ['User'] }),
      role(offRole, 'Off', { isEnabled: false }),
    ],
    api: {
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: [
        {
          id: scope,
          value: 'Files.Read',
          type: 'Admin',
          isEnabled: true,
          adminConsentDisplayName: 'Read files',
          adminConsentDescription: 'Read all files',
          userConsentDisplayName: null,
        },
      ],
    },
  }

  it('can be granted on its service principal, and appear in tokens for it', async () => {
    const open = await openDirectory()
    const { directory, tenant } = open
    const api = await directory.apps.create(tenant.id, { displayName: 'API', properties: offered })
    const resource = await directory.servicePrincipals.create(tenant.id, { appId: api.appId })
    expect(resource).toMatchObject({
      accessTokenVersion: 2,
      appRoles: [
        { id: fetchRole, value: 'Fetch.All', isEnabled: true, allowedMemberTypes: ['Application'] },
        { id: readerRole, allowedMemberTypes: ['User'] },
        { id: offRole, isEnabled: false },
      ],
      oauth2PermissionScopes: [
        {
          id: scope,
          value: 'Files.Read',
          type: 'Admin',
          adminConsentDisplayName: 'Read files',
          userConsentDisplayName: undefined,
        },
      ],
    })
    expect(api).toMatchObject({ appRoles: resource.appRoles, oauth2PermissionScopes: resource.oauth2PermissionScopes })
    const { principal } = await registerApp(open)
    const grant = (appRoleId: string | undefined) =>
      directory.assignments.create(tenant.id, {
        principal: principal.id,
        resource: resource.id,
        appRoleId: appRoleId!.toUpperCase(),
      })
    await grant(fetchRole)
    expect(await directory.assignments.roles(tenant.id, principal.id, api.appId)).toEqual(['Fetch.All'])
    await expect(grant(readerRole)).rejects.toThrow('was not found on application')
    await expect(grant(offRole)).rejects.toThrow('was not found on application')
    await expect(grant(exchangeOnline.appRoles[0]!.id)).rejects.toThrow('was not found on application')

    await expect(directory.apps.update(tenant.id, api.id, { properties: { appRoles: [] } })).rejects.toThrow(
      'Permission (scope or role) cannot be deleted or updated unless disabled first.',
    )
    const revoked = offered.appRoles.map((it) => ({ ...it, isEnabled: false }))
    await directory.apps.update(tenant.id, api.id, { properties: { appRoles: revoked } })
    expect(await directory.assignments.roles(tenant.id, principal.id, api.appId)).toEqual([])
    await directory.apps.update(tenant.id, api.id, { properties: { appRoles: [] } })
    expect(await directory.assignments.roles(tenant.id, principal.id, api.appId)).toEqual([])
  })

  it('can be granted to users if the role allows it, and are removed with the user', async () => {
    const { directory, tenant } = await openDirectory()
    const api = await directory.apps.create(tenant.id, { displayName: 'API', properties: offered })
    const resource = await directory.servicePrincipals.create(tenant.id, { appId: api.appId })
    const ada = await directory.users.create(tenant.id, {
      userPrincipalName: 'ada@contoso.test',
      displayName: 'Ada',
      mailNickname: 'ada',
      accountEnabled: true,
    })
    const grant = (appRoleId: string) =>
      directory.assignments.create(tenant.id, { principal: ada.id, resource: resource.id, appRoleId })
    await expect(grant(fetchRole!)).rejects.toThrow('was not found on application')
    const mark = await directory.journal.mark(tenant.id)
    const made = await grant(readerRole!)
    expect(made).toMatchObject({
      principalType: 'User',
      principalDisplayName: 'Ada',
      resourceDisplayName: 'API',
    })
    expect((await directory.journal.since(tenant.id, mark)).subjects).toEqual(new Set([ada.id]))
    expect(await directory.assignments.find(tenant.id, made.id)).toEqual(made)
    expect(await directory.assignments.of(tenant.id, ada.id)).toEqual([made])
    expect(await directory.assignments.between(tenant.id, ada.id, resource.id)).toEqual([made])
    expect(await directory.assignments.roles(tenant.id, ada.id, api.appId)).toEqual(['Reader'])
    await directory.assignments.remove(tenant.id, made.id)
    expect(await directory.assignments.between(tenant.id, ada.id, resource.id)).toEqual([])
    await grant(defaultAccess)
    const told = await directory.audits.page(tenant.id, { limit: 3 })
    expect(told.map(({ activity }) => activity)).toEqual([
      'Add app role assignment grant to user',
      'Remove app role assignment from user',
      'Add app role assignment grant to user',
    ])
    await directory.users.remove(tenant.id, ada.id)
    expect(await directory.assignments.pageOn(tenant.id, resource.id, { limit: 10 })).toEqual([])
  })

  it.each<[string, object]>([
    ['a role whose id is no GUID', { appRoles: [role('1', 'A')] }],
    ['two permissions with one id', { appRoles: [role(fetchRole, 'A'), role(fetchRole, 'B')] }],
    ['two roles with one value', { appRoles: [role(fetchRole, 'A'), role(readerRole, 'A')] }],
    ['a value of two words', { appRoles: [role(fetchRole, 'A B')] }],
    ['a value with a dot in front', { appRoles: [role(fetchRole, '.default')] }],
    ['a role for nobody', { appRoles: [role(fetchRole, 'A', { allowedMemberTypes: [] })] }],
    ['a role without a name', { appRoles: [role(fetchRole, 'A', { displayName: '' })] }],
    ['what is no permission', { appRoles: ['A'] }],
    ['a scope without a value', { api: { oauth2PermissionScopes: [{ id: scope, adminConsentDisplayName: 'A' }] } }],
  ])('is refused with %s', async (_, properties) => {
    const { directory, tenant } = await openDirectory()
    await expect(
      directory.apps.create(tenant.id, { displayName: 'API', properties: { ...properties } }),
    ).rejects.toMatchObject({
      reason: 'bad-syntax',
    })
  })
})

describe('the scopes that Exchange Online and Graph publish', () => {
  it('have a consent text if users may consent; otherwise only administrators grant them', () => {
    const all = [...exchangeOnline.oauth2PermissionScopes, ...microsoftGraph.oauth2PermissionScopes]
    expect(new Set(microsoftGraph.oauth2PermissionScopes.map(({ id }) => id)).size).toBe(
      microsoftGraph.oauth2PermissionScopes.length,
    )
    for (const scope of all) {
      expect(scope.type === 'User').toBe(scope.userConsentDisplayName !== undefined)
      expect(scope.adminConsentDescription).not.toBe('')
    }
    const typeOf = (value: string) => all.filter((scope) => scope.value === value).map(({ type }) => type)
    expect(typeOf('IMAP.AccessAsUser.All')).toEqual(['User', 'User'])
    expect(typeOf('User.Read')).toEqual(['User', 'User'])
    expect(typeOf('Directory.ReadWrite.All')).toEqual(['Admin'])
    expect(typeOf('Exchange.Manage')).toEqual(['Admin'])
  })
})
