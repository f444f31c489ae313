import { mayAdminister } from '../../../access/admin/decide.ts'
import type { HttpAnswer } from '../../../core/http.ts'
import type { ServicePrincipalId, UserId } from '../../../core/ids.ts'
import type { RoleTemplate } from '../../../core/well-known/directory-roles.ts'
import { created, noContent, ok } from '../answers.ts'
import { type Expansions, inMemory, page, single } from '../collection.ts'
import { badRequest } from '../errors.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { memberId, principalIn, referenced, refuseUnknown } from '../objects.ts'
import { payloadOf } from '../payload.ts'
import {
  directoryObjectShape,
  directoryRoleShape,
  directoryRoleTemplateShape,
  heldRoleShape,
  roleAssignmentId,
  roleAssignmentShape,
  roleDefinitionShape,
  roleId,
  type ShownRole,
  type ShownRoleAssignment,
} from '../shapes/directory-role.ts'
import { shaped } from '../shapes/shape.ts'
import { isOneself, oneself, userIn } from './users.ts'

const roles = { of: 'directoryRoles', shape: directoryRoleShape }
const templates = { of: 'directoryRoleTemplates', shape: directoryRoleTemplateShape }

/** All roles: in Postern a role needs no activation. */
const listRoles = graphRoute('GET /directoryRoles', {
  needs: 'readRoles',
  run: async (call) => {
    const chunks = inMemory(directoryRoleShape, rolesFor(call))
    return ok(call.request, await page(call.request, { ...roles, chunks }))
  },
})

const getRole = graphRoute('GET /directoryRoles/:id', {
  needs: 'readRoles',
  run: async (call) => ok(call.request, await single(call.request, roles, roleIn(call))),
})

const listMembers = graphRoute('GET /directoryRoles/:id/members', {
  needs: 'readRoles',
  run: async (call) => {
    const { template } = roleIn(call)
    const members = await call.directory.directoryRoles.members(call.caller.tenant, template.id)
    const chunks = inMemory(directoryObjectShape, members)
    return ok(call.request, await page(call.request, { of: 'directoryObjects', shape: directoryObjectShape, chunks }))
  },
})

const addMember = graphRoute('POST /directoryRoles/:id/members/$ref', {
  needs: 'writeRoles',
  run: async (call) => {
    const { caller, directory, request } = call
    const { template } = roleIn(call)
    const member = referenced(payloadOf(request, 'DirectoryRole').needText('@odata.id'))
    if ((await directory.directoryRoles.of(caller.tenant, member)).includes(template.id)) {
      badRequest(
        "One or more added object references already exist for the following modified properties: 'members'.",
        'Request_BadRequest',
      )
    }
    await directory.directoryRoles.assign(caller.tenant, member, template.id)
    return noContent(request)
  },
})

const removeMember = graphRoute('DELETE /directoryRoles/:id/members/:member/$ref', {
  needs: 'writeRoles',
  run: async (call) => {
    const { caller, directory, request } = call
    const { template } = roleIn(call)
    const { member = '' } = request.params
    await directory.directoryRoles.unassign(caller.tenant, memberId(member) ?? refuseUnknown(member), template.id)
    return noContent(request)
  },
})

const listTemplates = graphRoute('GET /directoryRoleTemplates', {
  needs: 'readRoles',
  run: async ({ directory, request }) => {
    const chunks = inMemory(directoryRoleTemplateShape, directory.directoryRoles.templates)
    return ok(request, await page(request, { ...templates, chunks }))
  },
})

const getTemplate = graphRoute('GET /directoryRoleTemplates/:id', {
  needs: 'readRoles',
  run: async ({ directory, request }) => {
    const { id = '' } = request.params
    const found = directory.directoryRoles.templates.find((template) => template.id === id.toLowerCase())
    return ok(request, await single(request, templates, found ?? refuseUnknown(id)))
  },
})

export const directoryRoleRoutes = [
  listRoles,
  getRole,
  listMembers,
  addMember,
  removeMember,
  listTemplates,
  getTemplate,
]

const rolesFor = ({ directory, caller }: GraphCall): readonly ShownRole[] =>
  directory.directoryRoles.templates.map((template) => ({ tenant: caller.tenant, template }))

/** Returns the role that the path names, by its id in the tenant or by its template id. */
function roleIn(call: GraphCall): ShownRole {
  const { id = '' } = call.request.params
  const byTemplate = /^roleTemplateId='(.*)'$/i.exec(id)?.[1]?.toLowerCase()
  const found = rolesFor(call).find((role) =>
    byTemplate === undefined ? roleId(role) === id.toLowerCase() : role.template.id === byTemplate,
  )
  return found ?? refuseUnknown(byTemplate ?? id)
}

const memberOfUser = graphRoute('GET /users/:id/memberOf', {
  needs: 'readUsers',
  exempts: async (call) => mayAdminister('readMe', call.caller) && isOneself(call),
  run: async (call) => memberOfRoles(call, (await userIn(call)).id),
})

const memberOfMe = graphRoute('GET /me/memberOf', {
  needs: 'readMe',
  forPeople: true,
  run: async (call) => memberOfRoles(call, (await oneself(call)).id),
})

const memberOfPrincipal = graphRoute('GET /servicePrincipals/:id/memberOf', {
  needs: 'readApplications',
  run: async (call) => memberOfRoles(call, (await principalIn(call)).id),
})

export const memberOfRoutes = [memberOfUser, memberOfMe, memberOfPrincipal]

/** The directory roles that a user or service principal holds. There are no groups. */
async function memberOfRoles(
  { caller, directory, request }: GraphCall,
  member: UserId | ServicePrincipalId,
): Promise<HttpAnswer> {
  const held = new Set(await directory.directoryRoles.of(caller.tenant, member))
  const all = directory.directoryRoles.templates.map((template) => ({ tenant: caller.tenant, template }))
  const chunks = inMemory(
    heldRoleShape,
    all.filter(({ template }) => held.has(template.id)),
  )
  return ok(request, await page(request, { of: 'directoryObjects', shape: heldRoleShape, chunks }))
}

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
