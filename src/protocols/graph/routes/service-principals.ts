import type { ServicePrincipal } from '../../../domain/directory/types.ts'
import { created, noContent, ok } from '../answers.ts'
import { speaking } from '../errors.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { principalIn } from '../objects.ts'
import { type Payload, payloadOf } from '../payload.ts'
import { readApplications, writeApplications } from '../permissions.ts'
import { inMemory, page, single } from '../collection.ts'
import { servicePrincipalShape } from '../shapes/service-principal.ts'

const servicePrincipals = { of: 'servicePrincipals', shape: servicePrincipalShape }

const listServicePrincipals = graphRoute('GET /servicePrincipals', {
  needs: readApplications,
  run: async (call) => {
    const { caller, directory, request } = call
    const apps = new Map((await directory.apps.all(caller.tenant)).map((app) => [app.appId, app]))
    const things = (await directory.servicePrincipals.all(caller.tenant)).map((principal) => ({
      principal,
      app: apps.get(principal.appId),
    }))
    const chunks = inMemory(servicePrincipalShape, things)
    return ok(request, await page(request, { ...servicePrincipals, chunks }))
  },
})

const createServicePrincipal = graphRoute('POST /servicePrincipals', {
  needs: writeApplications,
  run: async (call) => {
    const { caller, directory, request } = call
    const payload = payloadOf(request, 'ServicePrincipal').only(['appId', ...changeable])
    const wanted = { ...readChange(payload), appId: payload.needText('appId') }
    const principal = await speaking(
      { 'already-exists': 'Request_MultipleObjectsWithSameKeyValue', 'no-such-thing': 'Request_BadRequest' },
      () => directory.servicePrincipals.create(caller.tenant, wanted),
    )
    return created(request, await shownAlone(call, principal))
  },
})

const getServicePrincipal = graphRoute('GET /servicePrincipals/:id', {
  needs: readApplications,
  run: async (call) => ok(call.request, await shownAlone(call, await principalIn(call))),
})

const updateServicePrincipal = graphRoute('PATCH /servicePrincipals/:id', {
  needs: writeApplications,
  run: async (call) => {
    const { caller, directory, request } = call
    const principal = await principalIn(call)
    const change = readChange(payloadOf(request, 'ServicePrincipal').only(changeable))
    await directory.servicePrincipals.update(caller.tenant, principal.id, change)
    return noContent(request)
  },
})

const deleteServicePrincipal = graphRoute('DELETE /servicePrincipals/:id', {
  needs: writeApplications,
  run: async (call) => {
    await call.directory.servicePrincipals.remove(call.caller.tenant, (await principalIn(call)).id)
    return noContent(call.request)
  },
})

export const servicePrincipalRoutes = [
  listServicePrincipals,
  createServicePrincipal,
  getServicePrincipal,
  updateServicePrincipal,
  deleteServicePrincipal,
]

const changeable = ['displayName', 'accountEnabled', 'appRoleAssignmentRequired', 'tags']

function readChange(payload: Payload) {
  const displayName = payload.text('displayName')
  const accountEnabled = payload.flag('accountEnabled')
  const appRoleAssignmentRequired = payload.flag('appRoleAssignmentRequired')
  const tags = payload.texts('tags')
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(accountEnabled === undefined ? {} : { accountEnabled }),
    ...(appRoleAssignmentRequired === undefined ? {} : { appRoleAssignmentRequired }),
    ...(tags === undefined ? {} : { tags }),
  }
}

async function shownAlone(
  { directory, request }: GraphCall,
  principal: ServicePrincipal,
): Promise<Record<string, unknown>> {
  const app = await directory.apps.findAnywhere(principal.appId)
  return single(request, servicePrincipals, { principal, app })
}
