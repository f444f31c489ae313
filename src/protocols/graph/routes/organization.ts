import type { Tenant } from '../../../domain/directory/types.ts'
import { ok } from '../answers.ts'
import { inMemory, page, single } from '../collection.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { refuseUnknown } from '../objects.ts'
import { dateTime, type Shape } from '../shapes/shape.ts'

const organizationShape: Shape<Tenant> = {
  type: 'organization',
  position: (tenant) => tenant,
  properties: {
    id: (tenant) => tenant.id,
    createdDateTime: (tenant) => dateTime(tenant.created),
    displayName: (tenant) => tenant.displayName,
    tenantType: () => 'AAD',
    verifiedDomains: (tenant) =>
      tenant.domains.map((name, position) => ({
        capabilities: 'Email',
        isDefault: position === 0,
        isInitial: name === tenant.initialDomain,
        name,
        type: 'Managed',
      })),
  },
}

const organization = { of: 'organization', shape: organizationShape }

const listOrganization = graphRoute('GET /organization', {
  needs: 'readOrganization',
  run: async (call) => {
    const chunks = inMemory(organizationShape, [await ownTenant(call)])
    return ok(call.request, await page(call.request, { ...organization, chunks }))
  },
})

const getOrganization = graphRoute('GET /organization/:id', {
  needs: 'readOrganization',
  run: async (call) => {
    const { id = '' } = call.request.params
    const tenant = await ownTenant(call)
    if (tenant.id !== id.toLowerCase()) refuseUnknown(id)
    return ok(call.request, await single(call.request, organization, tenant))
  },
})

export const organizationRoutes = [listOrganization, getOrganization]

/** The list has one object: the caller's tenant. */
const ownTenant = async ({ directory, caller }: GraphCall): Promise<Tenant> =>
  (await directory.tenants.find(caller.tenant)) ?? refuseUnknown(caller.tenant)
