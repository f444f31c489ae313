import type { ServicePrincipalId, UserId } from '../../../core/ids.ts'
import type { RoleTemplate } from '../../../core/well-known/directory-roles.ts'
import { created, noContent, ok } from '../answers.ts'
import { type Expansions, inMemory, page, single } from '../collection.ts'
import { badRequest } from '../errors.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { refuseUnknown } from '../objects.ts'
import { payloadOf } from '../payload.ts'
import {
  directoryObjectShape,
  roleAssignmentId,
  roleAssignmentShape,
  roleDefinitionShape,
  type ShownRoleAssignment,
} from '../shapes/directory-role.ts'
import { shaped } from '../shapes/shape.ts'

const expands: Expansions<ShownRoleAssignment> = {
  roleDefinition: async ({ template }) => shaped(roleDefinitionShape, template),
  principal: async ({ member }) => shaped(directoryObjectShape, member),
}
const definitions = { of: 'roleManagement/directory/roleDefinitions', shape: roleDefinitionShape }
const assignments = { of: 'roleManagement/directory/roleAssignments', shape: roleAssignmentShape, expands }

const listDefinitions = graphRoute('GET /roleManagement/directory/roleDefinitions', {
  needs: 'readRoles',
  run: async ({ directory, request }) => {
    const chunks = inMemory(roleDefinitionShape, directory.directoryRoles.templates)
    return ok(request, await page(request, { ...definitions, chunks }))
  },
})

const getDefinition = graphRoute('GET /roleManagement/directory/roleDefinitions/:id', {
  needs: 'readRoles',
  run: async (call) => {
    const { id = '' } = call.request.params
    return ok(call.request, await single(call.request, definitions, templateNamed(call, id) ?? refuseUnknown(id)))
  },
})

const listAssignments = graphRoute('GET /roleManagement/directory/roleAssignments', {
  needs: 'readRoles',
  run: async (call) => {
    const chunks = inMemory(roleAssignmentShape, await assignmentsFor(call))
    return ok(call.request, await page(call.request, { ...assignments, chunks }))
  },
})

const createAssignment = graphRoute('POST /roleManagement/directory/roleAssignments', {
  needs: 'writeRoles',
  run: async (call) => {
    const { caller, directory, request } = call
    const payload = payloadOf(request, 'UnifiedRoleAssignment').only([
      'principalId',
      'roleDefinitionId',
      'directoryScopeId',
    ])
    const definition = payload.needText('roleDefinitionId')
    const template = templateNamed(call, definition) ?? refuseUnknown(definition)
    const principal = payload.needId<UserId | ServicePrincipalId>('principalId')
    if (payload.needText('directoryScopeId') !== '/') {
      badRequest('A role can be granted for the whole tenant only: directoryScopeId has to be /.', 'Request_BadRequest')
    }
    if ((await directory.directoryRoles.of(caller.tenant, principal)).includes(template.id)) {
      badRequest(
        'A conflicting object with one or more of the specified property values is present in the directory.',
        'Request_BadRequest',
      )
    }
    await directory.directoryRoles.assign(caller.tenant, principal, template.id)
    const members = await directory.directoryRoles.members(caller.tenant, template.id)
    const member = members.find(({ id }) => id === principal) ?? refuseUnknown(principal)
    return created(request, await single(request, assignments, { template, member }))
  },
})

const getAssignment = graphRoute('GET /roleManagement/directory/roleAssignments/:id', {
  needs: 'readRoles',
  run: async (call) => ok(call.request, await single(call.request, assignments, await assignmentIn(call))),
})

const deleteAssignment = graphRoute('DELETE /roleManagement/directory/roleAssignments/:id', {
  needs: 'writeRoles',
  run: async (call) => {
    const { template, member } = await assignmentIn(call)
    await call.directory.directoryRoles.unassign(call.caller.tenant, member.id, template.id)
    return noContent(call.request)
  },
})

export const roleManagementRoutes = [
  listDefinitions,
  getDefinition,
  listAssignments,
  createAssignment,
  getAssignment,
  deleteAssignment,
]

const templateNamed = ({ directory }: GraphCall, id: string): RoleTemplate | undefined =>
  directory.directoryRoles.templates.find((template) => template.id === id.toLowerCase())

async function assignmentsFor({ directory, caller }: GraphCall): Promise<readonly ShownRoleAssignment[]> {
  const all = await Promise.all(
    directory.directoryRoles.templates.map(async (template) => {
      const members = await directory.directoryRoles.members(caller.tenant, template.id)
      return members.map((member) => ({ template, member }))
    }),
  )
  return all.flat()
}

async function assignmentIn(call: GraphCall): Promise<ShownRoleAssignment> {
  const { id = '' } = call.request.params
  return (await assignmentsFor(call)).find((assignment) => roleAssignmentId(assignment) === id) ?? refuseUnknown(id)
}
