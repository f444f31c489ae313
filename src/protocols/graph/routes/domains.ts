import { ok } from '../answers.ts'
import { inMemory, page, single } from '../collection.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { refuseUnknown } from '../objects.ts'
import { readDomains } from '../permissions.ts'
import { domainShape, type ShownDomain } from '../shapes/domain.ts'

const domains = { of: 'domains', shape: domainShape }

const listDomains = graphRoute('GET /domains', {
  needs: readDomains,
  run: async (call) => {
    const chunks = inMemory(domainShape, await domainsOf(call))
    return ok(call.request, await page(call.request, { ...domains, chunks }))
  },
})

const getDomain = graphRoute('GET /domains/:id', {
  needs: readDomains,
  run: async (call) => {
    const { id = '' } = call.request.params
    const found = (await domainsOf(call)).find(({ name }) => name === id.toLowerCase())
    return ok(call.request, await single(call.request, domains, found ?? refuseUnknown(id)))
  },
})

export const domainRoutes = [listDomains, getDomain]

async function domainsOf({ directory, caller }: GraphCall): Promise<readonly ShownDomain[]> {
  const tenant = await directory.tenants.find(caller.tenant)
  return (tenant?.domains ?? []).map((name, place) => ({ name, place }))
}
