import { isGuid } from '../../../core/ids.ts'
import type { AppRoleAssignment, ServicePrincipal } from '../../../domain/directory/types.ts'
import { created, noContent, ok } from '../answers.ts'
import { badRequest } from '../errors.ts'
import { type GraphCall, graphRoute, refuseUnprivileged } from '../graph-route.ts'
import { principalIn, refuseUnknown } from '../objects.ts'
import { payloadOf } from '../payload.ts'
import { holds, readAssignments, role, writeAssignments } from '../permissions.ts'
import { inMemory, page, single } from '../collection.ts'
import { appRoleAssignmentShape, type ShownAssignment } from '../shapes/app-role-assignment.ts'
import { shaped } from '../shapes/shape.ts'

type EndName = 'appRoleAssignments' | 'appRoleAssignedTo'

const GRAPH = '00000003-0000-0000-c000-000000000000'

/** One set of assignments seen from its two ends: what a principal was granted, and what was granted on a resource. */
interface End {
  readonly name: EndName
  /** The property that says which service principal the path names. */
  readonly own: 'principalId' | 'resourceId'
  all(call: GraphCall, principal: ServicePrincipal): Promise<readonly AppRoleAssignment[]>
}

const ends: readonly End[] = [
  {
    name: 'appRoleAssignments',
    own: 'principalId',
    all: ({ directory, caller }, principal) => directory.assignments.of(caller.tenant, principal.id),
  },
  {
    name: 'appRoleAssignedTo',
    own: 'resourceId',
    all: ({ directory, caller }, principal) => directory.assignments.on(caller.tenant, principal.id),
  },
]

export const appRoleAssignmentRoutes = ends.flatMap((end) => [
  graphRoute(`GET /servicePrincipals/:id/${end.name}`, { needs: readAssignments, run: (call) => list(call, end) }),
  graphRoute(`POST /servicePrincipals/:id/${end.name}`, { needs: writeAssignments, run: (call) => grant(call, end) }),
  graphRoute(`GET /servicePrincipals/:id/${end.name}/:assignment`, {
    needs: readAssignments,
    run: (call) => get(call, end),
  }),
  graphRoute(`DELETE /servicePrincipals/:id/${end.name}/:assignment`, {
    needs: writeAssignments,
    run: (call) => revoke(call, end),
  }),
])

/** What hangs on a service principal at one of its ends, as `$expand` shows it. */
export async function assignmentsOf(call: GraphCall, name: EndName, principal: ServicePrincipal) {
  const end = ends.find((it) => it.name === name)!
  const all = await end.all(call, principal)
  return Promise.all(all.map(async (it) => shaped(appRoleAssignmentShape, await shown(call, it))))
}

async function list(call: GraphCall, end: End) {
  const principal = await principalIn(call)
  const things = await Promise.all((await end.all(call, principal)).map((it) => shown(call, it)))
  const chunks = inMemory(appRoleAssignmentShape, things)
  return ok(call.request, await page(call.request, { ...collection(principal, end), chunks }))
}

async function get(call: GraphCall, end: End) {
  const principal = await principalIn(call)
  const assignment = await assignmentIn(call, end, principal)
  return ok(call.request, await single(call.request, collection(principal, end), await shown(call, assignment)))
}

async function grant(call: GraphCall, end: End) {
  const { directory, caller, request } = call
  const own = await principalIn(call)
  const payload = payloadOf(request, 'AppRoleAssignment').only(['principalId', 'resourceId', 'appRoleId'])
  const [principal, resource, appRoleId] = ['principalId', 'resourceId', 'appRoleId'].map((name) => {
    const text = payload.needText(name)
    return isGuid(text)
      ? text.toLowerCase()
      : badRequest(`Invalid value specified for property '${name}'.`, 'Request_BadRequest')
  }) as [string, string, string]
  if ((end.own === 'principalId' ? principal : resource) !== own.id) {
    badRequest(`The property '${end.own}' is not the service principal that the request names.`, 'Request_BadRequest')
  }
  await guardGraph(call, resource)
  const assignment = await directory.assignments.create(caller.tenant, { principal, resource, appRoleId })
  return created(request, await single(request, collection(own, end), await shown(call, assignment)))
}

async function revoke(call: GraphCall, end: End) {
  const assignment = await assignmentIn(call, end, await principalIn(call))
  await call.directory.assignments.remove(call.caller.tenant, assignment.id)
  return noContent(call.request)
}

/** People who administer apps grant anything but application permissions on Graph itself, as there. */
async function guardGraph({ directory, caller }: GraphCall, resource: string): Promise<void> {
  if (caller.kind === 'app' || holds(caller, [role.globalAdministrator, role.privilegedRoleAdministrator])) return
  const found = await directory.servicePrincipals.find(caller.tenant, { id: resource })
  if (found?.appId === GRAPH) refuseUnprivileged()
}

async function assignmentIn(call: GraphCall, end: End, principal: ServicePrincipal): Promise<AppRoleAssignment> {
  const id = call.request.params.assignment ?? ''
  return (await end.all(call, principal)).find((assignment) => assignment.id === id) ?? refuseUnknown(id)
}

async function shown({ directory, caller }: GraphCall, assignment: AppRoleAssignment): Promise<ShownAssignment> {
  const named = async (id: string) => (await directory.servicePrincipals.find(caller.tenant, { id }))?.displayName
  return {
    assignment,
    principalDisplayName: await named(assignment.principal),
    resourceDisplayName: await named(assignment.resource),
  }
}

const collection = (principal: ServicePrincipal, { name }: End) => ({
  of: `servicePrincipals('${principal.id}')/${name}`,
  shape: appRoleAssignmentShape,
})
