import type { TenantDomain } from '../../../domain/directory/types.ts'
import { created, noContent, ok } from '../answers.ts'
import { inMemory, page, single } from '../collection.ts'
import { badRequest } from '../errors.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { refuseUnknown } from '../objects.ts'
import { payloadOf } from '../payload.ts'
import type { Shape } from '../shapes/shape.ts'

/** A domain, its position among the tenant's domains, and whether a domain above it is the tenant's too. */
interface ShownDomain extends TenantDomain {
  readonly position: number
  readonly isSubdomain: boolean
}

const domainShape: Shape<ShownDomain> = {
  type: 'domain',
  position: ({ name, position }) => ({ created: position, id: name }),
  properties: {
    id: ({ name }) => name,
    authenticationType: () => 'Managed',
    isAdminManaged: () => true,
    isDefault: ({ isDefault }) => isDefault,
    isInitial: ({ isInitial }) => isInitial,
    isRoot: ({ isVerified, isSubdomain }) => isVerified && !isSubdomain,
    isVerified: ({ isVerified }) => isVerified,
    supportedServices: ({ isVerified }) => (isVerified ? ['Email'] : []),
  },
}

const domains = { of: 'domains', shape: domainShape }

const listDomains = graphRoute('GET /domains', {
  needs: 'readDomains',
  run: async (call) => {
    const { directory, caller } = call
    const chunks = inMemory(domainShape, shownDomains(await directory.domains.all(caller.tenant)))
    return ok(call.request, await page(call.request, { ...domains, chunks }))
  },
})

const createDomain = graphRoute('POST /domains', {
  needs: 'writeDomains',
  run: async ({ directory, caller, request }) => {
    const added = await directory.domains.add(caller.tenant, payloadOf(request, 'Domain').only(['id']).needText('id'))
    return created(request, await single(request, domains, shownDomains([added])[0]!))
  },
})

const getDomain = graphRoute('GET /domains/:id', {
  needs: 'readDomains',
  run: async (call) => ok(call.request, await single(call.request, domains, await domainIn(call))),
})

const updateDomain = graphRoute('PATCH /domains/:id', {
  needs: 'writeDomains',
  run: async (call) => {
    const { directory, caller, request } = call
    const { name, isDefault } = await domainIn(call)
    const requested = payloadOf(request, 'Domain').only(['isDefault']).flag('isDefault')
    if (requested === true) await directory.domains.makeDefault(caller.tenant, name)
    if (requested === false && isDefault) {
      badRequest(
        `The domain '${name}' is the default domain: make another domain the default one.`,
        'Request_BadRequest',
      )
    }
    return noContent(request)
  },
})

const deleteDomain = graphRoute('DELETE /domains/:id', {
  needs: 'writeDomains',
  run: async (call) => {
    await call.directory.domains.remove(call.caller.tenant, (await domainIn(call)).name)
    return noContent(call.request)
  },
})

const verifyDomain = graphRoute('POST /domains/:id/verify', {
  needs: 'writeDomains',
  run: async (call) => {
    const { directory, caller, request } = call
    await directory.domains.verify(caller.tenant, (await domainIn(call)).name)
    return ok(request, await single(request, domains, await domainIn(call)))
  },
})

const listVerificationRecords = graphRoute('GET /domains/:id/verificationDnsRecords', {
  needs: 'readDomains',
  run: async (call) => {
    const { directory, caller, request } = call
    const { name } = await domainIn(call)
    const record = { name, text: await directory.domains.verificationText(caller.tenant, name) }
    const of = `domains('${name}')/verificationDnsRecords`
    return ok(request, await page(request, { of, shape: dnsRecordShape, chunks: inMemory(dnsRecordShape, [record]) }))
  },
})

export const domainRoutes = [
  listDomains,
  createDomain,
  getDomain,
  updateDomain,
  deleteDomain,
  verifyDomain,
  listVerificationRecords,
]

async function domainIn({ directory, caller, request }: GraphCall): Promise<ShownDomain> {
  const { id = '' } = request.params
  const all = shownDomains(await directory.domains.all(caller.tenant))
  return all.find(({ name }) => name === id.toLowerCase()) ?? refuseUnknown(id)
}

const shownDomains = (all: readonly TenantDomain[]): readonly ShownDomain[] =>
  all.map((domain, position) => ({
    ...domain,
    position,
    isSubdomain: all.some((other) => other.isVerified && domain.name.endsWith(`.${other.name}`)),
  }))

interface VerificationRecord {
  readonly name: string
  readonly text: string
}

/** Graph's domainDnsTxtRecord. */
const dnsRecordShape: Shape<VerificationRecord> = {
  type: 'domainDnsTxtRecord',
  position: ({ name }) => ({ created: 0, id: name }),
  properties: {
    id: ({ name }) => name,
    isOptional: () => false,
    label: ({ name }) => name,
    recordType: () => 'Txt',
    supportedService: () => '',
    ttl: () => 3600,
    text: ({ text }) => text,
  },
}
