import { expect, it } from 'vitest'
import { openGraph } from '../../../../test/support/graph-server.ts'

it("shows the caller's own tenant and no other", async () => {
  const { call, tenant, directory } = await openGraph()
  const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
  const shown = {
    id: tenant.id,
    displayName: 'Contoso',
    verifiedDomains: [{ name: 'contoso.test', isDefault: true, isInitial: true }],
  }
  expect((await call('GET', '/organization')).body.value).toMatchObject([shown])
  expect((await call('GET', `/organization/${tenant.id}`)).body).toMatchObject(shown)
  expect((await call('GET', `/organization/${other.id}`)).status).toBe(404)
})
