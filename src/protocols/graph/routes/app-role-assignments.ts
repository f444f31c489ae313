import type { ServicePrincipalId, UserId } from '../../../core/ids.ts'
import type { AppRoleAssignment, ServicePrincipal } from '../../../domain/directory/types.ts'
import { created, noContent, ok } from '../answers.ts'
import { type Chunks, type Collection, type Expansions, inMemory, page, single } from '../collection.ts'
import { assignedToChunks } from '../directory-chunks.ts'
import { badRequest } from '../errors.ts'
import { type GraphCall, graphRoute, refuseUnprivileged } from '../graph-route.ts'
import { principalIn, refuseUnknown } from '../objects.ts'
import { payloadOf } from '../payload.ts'
import { appRoleAssignmentShape } from '../shapes/service-principal.ts'
import { shaped } from '../shapes/shape.ts'
import { userIn } from './users.ts'
import { microsoftGraph } from '../../../core/well-known/microsoft-graph.ts'
import { hasDirectoryRole } from '../../../access/admin/decide.ts'

/** The most related objects in `$expand`; the list of its own has all. */
export const MOST_EXPANDED = 100

/** The assignments from one end: those of a principal, or those on a resource. */
interface End {
  readonly of: 'servicePrincipals' | 'users'
  readonly name: 'appRoleAssignments' | 'appRoleAssignedTo'
  /** The end of an assignment that the path names. */
  readonly own: 'principal' | 'resource'
  /** Returns the id of the object in the path. */
  readonly owner: (call: GraphCall) => Promise<ServicePrincipalId | UserId>
  readonly chunks: (call: GraphCall, owner: string) => Chunks<AppRoleAssignment>
}

const assignmentChunks = ({ directory, caller }: GraphCall, principal: string): Chunks<AppRoleAssignment> =>
  async function* (criteria) {
    const all = await directory.assignments.of(caller.tenant, principal as ServicePrincipalId | UserId)
    yield* inMemory(appRoleAssignmentShape, all)(criteria)
  }

const servicePrincipalId = async (call: GraphCall) => (await principalIn(call)).id

const ends: readonly End[] = [
  {
    of: 'servicePrincipals',
    name: 'appRoleAssignments',
    own: 'principal',
    owner: servicePrincipalId,
    chunks: assignmentChunks,
  },
  {
    of: 'servicePrincipals',
    name: 'appRoleAssignedTo',
    own: 'resource',
    owner: servicePrincipalId,
    chunks: assignedToChunks,
  },
  {
    of: 'users',
    name: 'appRoleAssignments',
    own: 'principal',
    owner: async (call) => (await userIn(call)).id,
    chunks: assignmentChunks,
  },
]

export const appRoleAssignmentRoutes = ends.flatMap((end) => [
  graphRoute(`GET /${end.of}/:id/${end.name}`, { needs: 'readAssignments', run: (call) => list(call, end) }),
  graphRoute(`POST /${end.of}/:id/${end.name}`, { needs: 'writeAssignments', run: (call) => grant(call, end) }),
  graphRoute(`GET /${end.of}/:id/${end.name}/:assignment`, { needs: 'readAssignments', run: (call) => get(call, end) }),
  graphRoute(`DELETE /${end.of}/:id/${end.name}/:assignment`, {
    needs: 'writeAssignments',
    run: (call) => revoke(call, end),
  }),
])

/** The assignments of a service principal from both ends, for `$expand`. */
export function expandedAssignments(call: GraphCall): Expansions<ServicePrincipal> {
  const own = ends.filter(({ of }) => of === 'servicePrincipals')
  return Object.fromEntries(
    own.map(({ name, chunks }) => [
      name,
      async ({ id }: ServicePrincipal) => {
        const shown: object[] = []
        for await (const chunk of chunks(call, id)({ after: undefined, filter: undefined })) {
          shown.push(...chunk.map((assignment) => shaped(appRoleAssignmentShape, assignment)))
          if (shown.length >= MOST_EXPANDED) break
        }
        return shown.slice(0, MOST_EXPANDED)
      },
    ]),
  )
}

async function list(call: GraphCall, end: End) {
  return ok(call.request, await page(call.request, collection(call, end, await end.owner(call))))
}

async function get(call: GraphCall, end: End) {
  const owner = await end.owner(call)
  const assignment = await assignmentIn(call, end, owner)
  return ok(call.request, await single(call.request, collection(call, end, owner), assignment))
}

async function grant(call: GraphCall, end: End) {
  const { directory, caller, request } = call
  const owner = await end.owner(call)
  const payload = payloadOf(request, 'AppRoleAssignment').only(['principalId', 'resourceId', 'appRoleId'])
  const requested = {
    principal: payload.needId('principalId'),
    resource: payload.needId('resourceId'),
    appRoleId: payload.needId('appRoleId'),
  }
  if (requested[end.own] !== owner) {
    badRequest(`The property '${end.own}Id' is not the object that the request names.`, 'Request_BadRequest')
  }
  await guardGraph(call, requested.resource)
  const assignment = await directory.assignments.create(caller.tenant, requested)
  return created(request, await single(request, collection(call, end, owner), assignment))
}

async function revoke(call: GraphCall, end: End) {
  const { directory, caller, request } = call
  const assignment = await assignmentIn(call, end, await end.owner(call))
  await directory.assignments.remove(caller.tenant, assignment.id)
  return noContent(request)
}

/** Application administrators cannot grant application permissions of Graph itself, as in Entra. */
async function guardGraph({ directory, caller }: GraphCall, resource: string): Promise<void> {
  if (hasDirectoryRole('grantGraphPermissions', caller)) return
  const found = await directory.servicePrincipals.find(caller.tenant, { id: resource })
  if (found?.appId === microsoftGraph.appId) refuseUnprivileged()
}

async function assignmentIn(call: GraphCall, end: End, owner: string): Promise<AppRoleAssignment> {
  const { assignment: id = '' } = call.request.params
  const found = await call.directory.assignments.find(call.caller.tenant, id)
  return found?.[end.own] === owner ? found : refuseUnknown(id)
}

const collection = (call: GraphCall, end: End, owner: string): Collection<AppRoleAssignment> => ({
  of: `${end.of}('${owner}')/${end.name}`,
  shape: appRoleAssignmentShape,
  chunks: end.chunks(call, owner),
})
