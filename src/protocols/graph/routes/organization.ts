import type { Tenant } from '../../../domain/directory/types.ts'
import { ok } from '../answers.ts'
import { inMemory, page, single } from '../collection.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { refuseUnknown } from '../objects.ts'
import { organizationShape } from '../shapes/organization.ts'

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
