import { newManagementRoleAssignment as declaration } from '../../../../cmdlets/exchange/app-access/new-management-role-assignment.ts'
import { command } from '../../command.ts'
import { findServicePrincipal } from '../../find.ts'
import { findApplicationRole, findResourceScope } from './find-app-access.ts'
import { assignmentOutput } from '../../objects/role-assignment.ts'

export const newManagementRoleAssignment = command({
  declaration,
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
