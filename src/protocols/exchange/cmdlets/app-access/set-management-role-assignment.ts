import { setManagementRoleAssignment as declaration } from '../../../../cmdlets/exchange/app-access/set-management-role-assignment.ts'
import { command } from '../../command.ts'
import { findAssignment, findResourceScope } from './find-app-access.ts'

export const setManagementRoleAssignment = command({
  declaration,
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
