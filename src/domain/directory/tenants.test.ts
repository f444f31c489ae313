import { describe, expect, it } from 'vitest'
import { openDirectory } from '../../../test/support/directory.ts'
import { resources } from '../../core/well-known/resources.ts'

describe('tenants', () => {
  it('are found by id and by domain, in any letter case', async () => {
    const { directory, tenant } = await openDirectory()
    for (const named of [tenant.id, tenant.id.toUpperCase(), 'contoso.test', ' CONTOSO.Test ']) {
      expect(await directory.tenants.find(named)).toEqual(tenant)
    }
    expect(await directory.tenants.find('fabrikam.test')).toBeUndefined()
    expect(await directory.tenants.find('')).toBeUndefined()
    expect(await directory.tenants.find('contoso.test\0')).toBeUndefined()
  })

  it('have service principals of the well-known resources, each with an id of its own', async () => {
    const { directory, tenant } = await openDirectory()
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const here = await directory.servicePrincipals.page(tenant.id, { limit: 100 })
    const there = await directory.servicePrincipals.page(other.id, { limit: 100 })
    expect(here.map(({ displayName }) => displayName)).toEqual(['Office 365 Exchange Online', 'Microsoft Graph'])
    expect(new Set([...here, ...there].map(({ id }) => id)).size).toBe(2 * resources.length)
  })

  it.each(['', 'contoso', '.test', 'a..test', '-a.test', 'a_b.test', `${'a'.repeat(64)}.test`, 'ada@contoso.test'])(
    'cannot have the domain %j',
    async (domain) => {
      const { directory } = await openDirectory()
      await expect(directory.tenants.create('Fabrikam', domain)).rejects.toMatchObject({ reason: 'bad-syntax' })
    },
  )

  it('do not share a domain', async () => {
    const { directory } = await openDirectory()
    await expect(directory.tenants.create('Other', 'Contoso.Test')).rejects.toMatchObject({ reason: 'already-exists' })
    expect(await directory.tenants.all()).toHaveLength(1)
  })
})
