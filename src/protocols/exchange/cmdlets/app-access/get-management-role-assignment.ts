import { getManagementRoleAssignment as declaration } from '../../../../cmdlets/exchange/app-access/get-management-role-assignment.ts'
import { command } from '../../command.ts'
import { findServicePrincipal } from '../../find.ts'
import { findApplicationRole, findAssignment, findScope } from './find-app-access.ts'
import { assignmentOutput } from '../../objects/role-assignment.ts'

export const getManagementRoleAssignment = command({
  declaration,
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
