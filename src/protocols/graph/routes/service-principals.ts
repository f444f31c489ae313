import type { ServicePrincipal } from '../../../domain/directory/types.ts'
import { created, noContent, ok, plain } from '../answers.ts'
import { type Collection, count, page, single } from '../collection.ts'
import { servicePrincipalChunks } from '../directory-chunks.ts'
import { withCodes } from '../errors.ts'
import { type GraphCall, graphRoute, refuseUnprivileged } from '../graph-route.ts'
import { ownsAppOf, ownsPrincipal, principalIn } from '../objects.ts'
import { type Payload, payloadOf } from '../payload.ts'
import { oauth2PermissionGrantShape, servicePrincipalShape } from '../shapes/service-principal.ts'
import { shaped } from '../shapes/shape.ts'
import { expandedAssignments, MOST_EXPANDED } from './app-role-assignments.ts'
import { mayAdminister } from '../../../access/admin/decide.ts'

const listServicePrincipals = graphRoute('GET /servicePrincipals', {
  needs: 'readApplications',
  run: async (call) => ok(call.request, await page(call.request, servicePrincipalsFor(call))),
})

const countServicePrincipals = graphRoute('GET /servicePrincipals/$count', {
  needs: 'readApplications',
  run: async (call) => plain(call.request, await count(call.request, servicePrincipalsFor(call))),
})

const createServicePrincipal = graphRoute('POST /servicePrincipals', {
  needs: 'createServicePrincipals',
  run: async (call) => {
    const { caller, directory, request } = call
    const payload = payloadOf(request, 'ServicePrincipal').only(['appId', ...changeable])
    const requested = { ...readChange(payload), appId: payload.needText('appId') }
    if (!mayAdminister('writeApplications', caller) && !(await ownsAppOf(call, requested.appId))) refuseUnprivileged()
    const principal = await withCodes(
      { 'already-exists': 'Request_MultipleObjectsWithSameKeyValue', 'no-such-thing': 'Request_BadRequest' },
      () => directory.servicePrincipals.create(caller.tenant, requested),
    )
    return created(request, await single(request, servicePrincipalsFor(call), principal))
  },
})

const getServicePrincipal = graphRoute('GET /servicePrincipals/:id', {
  needs: 'readApplications',
  run: async (call) =>
    ok(call.request, await single(call.request, servicePrincipalsFor(call), await principalIn(call))),
})

const updateServicePrincipal = graphRoute('PATCH /servicePrincipals/:id', {
  needs: 'writeApplications',
  exempts: ownsPrincipal,
  run: async (call) => {
    const { caller, directory, request } = call
    const principal = await principalIn(call)
    const change = readChange(payloadOf(request, 'ServicePrincipal').only(changeable))
    await directory.servicePrincipals.update(caller.tenant, principal.id, change)
    return noContent(request)
  },
})

const deleteServicePrincipal = graphRoute('DELETE /servicePrincipals/:id', {
  needs: 'writeApplications',
  exempts: ownsPrincipal,
  run: async (call) => {
    await call.directory.servicePrincipals.remove(call.caller.tenant, (await principalIn(call)).id)
    return noContent(call.request)
  },
})

export const servicePrincipalRoutes = [
  listServicePrincipals,
  countServicePrincipals,
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

const servicePrincipalsFor = (call: GraphCall): Collection<ServicePrincipal> => ({
  of: 'servicePrincipals',
  shape: servicePrincipalShape,
  chunks: servicePrincipalChunks(call),
  eventual: call.strict,
  total: () => call.directory.servicePrincipals.count(call.caller.tenant),
  expands: {
    ...expandedAssignments(call),
    oauth2PermissionGrants: async ({ id }) =>
      (await call.directory.consents.page(call.caller.tenant, { limit: MOST_EXPANDED, where: { client: id } })).map(
        (consent) => shaped(oauth2PermissionGrantShape, consent),
      ),
  },
})
