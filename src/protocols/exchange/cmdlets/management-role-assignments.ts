import * as declared from '../../../cmdlets/exchange/management-role-assignments.ts'
import type { RoleAssignment, Tenant } from '../../../domain/directory/types.ts'
import { command } from '../command.ts'
import { findMailbox, findServicePrincipal } from '../find.ts'
import { metadata } from '../objects/metadata.ts'
import type { Output } from '../objects/output.ts'
import { findApplicationRole, findAssignment, findResourceScope, findScope } from './app-access/find-app-access.ts'

export const getManagementRoleAssignment = command({
  declaration: declared.getManagementRoleAssignment,
  role: 'Role Management',
  async run(context, given) {
    const { directory, tenant } = context
    const { Identity, RoleAssignee, Role, CustomResourceScope, Enabled } = given
    const found =
      Identity === undefined
        ? await directory.roleAssignments.all(tenant.id)
        : [await findAssignment(context, Identity)]
    const assignee = RoleAssignee === undefined ? undefined : await findServicePrincipal(context, RoleAssignee)
    const role = Role === undefined ? undefined : findApplicationRole(context, Role)
    const over = CustomResourceScope === undefined ? undefined : await findScope(context, CustomResourceScope)
    return found
      .filter(({ principal }) => !assignee || principal === assignee.guid)
      .filter((assignment) => !role || assignment.role === role)
      .filter(({ scope }) => !over || scope?.guid === over.guid)
      .filter(({ enabled }) => Enabled === undefined || enabled === Enabled)
      .map((assignment) => assignmentOutput(tenant, assignment))
  },
})

export const newManagementRoleAssignment = command({
  declaration: declared.newManagementRoleAssignment,
  role: 'Role Management',
  async run(context, given) {
    const { directory, tenant } = context
    const role = findApplicationRole(context, given.Role)
    const principal = await findServicePrincipal(context, given.App)
    const over = await findResourceScope(context, given)
    const made = await directory.roleAssignments.create(tenant.id, {
      name: given.Name,
      role,
      principal: principal.guid,
      ...over,
    })
    return [assignmentOutput(tenant, made)]
  },
})

export const removeManagementRoleAssignment = command({
  declaration: declared.removeManagementRoleAssignment,
  role: 'Role Management',
  async run(context, { Identity }) {
    const { guid } = await findAssignment(context, Identity)
    await context.directory.roleAssignments.remove(context.tenant.id, guid)
    return []
  },
})

export const setManagementRoleAssignment = command({
  declaration: declared.setManagementRoleAssignment,
  role: 'Role Management',
  async run(context, given) {
    const { directory, tenant } = context
    const { guid } = await findAssignment(context, given.Identity)
    const over = await findResourceScope(context, given)
    await directory.roleAssignments.update(tenant.id, guid, {
      ...over,
      ...(given.Enabled === undefined ? {} : { enabled: given.Enabled }),
    })
    return []
  },
})

/**
 * docs/reference/exchange-admin.md §7: what the roles allow; whatever was consented to in Entra comes on top and is not
 * told.
 */
export const testServicePrincipalAuthorization = command({
  declaration: declared.testServicePrincipalAuthorization,
  role: 'Role Management',
  async run(context, { Identity, Resource }) {
    const { directory, tenant } = context
    const { guid } = await findServicePrincipal(context, Identity)
    const mailbox = Resource === undefined ? undefined : await findMailbox(context, Resource)
    const assignments = await directory.roleAssignments.of(tenant.id, guid)
    return Promise.all(
      assignments
        .filter(({ enabled }) => enabled)
        .map(async (assignment) => ({
          RoleName: assignment.role.name,
          GrantedPermissions: assignment.role.permissions.join(', '),
          AllowedResourceScope: (assignment.scope ?? assignment.group)?.name ?? 'Organization',
          ScopeType: assignment.scope || assignment.group ? 'CustomRecipientScope' : 'Organization',
          InScope: mailbox ? asText(await directory.roleAssignments.covers(assignment, mailbox)) : 'Not Run',
        })),
    )
  },
})

const asText = (inScope: boolean): string => (inScope ? 'True' : 'False')

/** docs/reference/exchange-admin.md §7. */
const assignmentOutput = (tenant: Tenant, assignment: RoleAssignment): Output => ({
  Name: assignment.name,
  Role: assignment.role.name,
  RoleAssignee: assignment.assignee,
  RoleAssigneeName: assignment.assignee,
  RoleAssigneeType: 'ServicePrincipal',
  RoleAssignmentDelegationType: 'Regular',
  AssignmentMethod: 'Direct',
  CustomResourceScope: assignment.scope?.name ?? null,
  RecipientGroupScope: assignment.group?.name ?? null,
  RecipientWriteScope: assignment.scope || assignment.group ? 'CustomRecipientScope' : 'Organization',
  Enabled: assignment.enabled,
  Identity: assignment.name,
  Id: assignment.name,
  Guid: assignment.guid,
  ExchangeObjectId: assignment.guid,
  ...metadata(tenant, assignment),
  ObjectClass: ['top', 'msExchRoleAssignment'],
})
