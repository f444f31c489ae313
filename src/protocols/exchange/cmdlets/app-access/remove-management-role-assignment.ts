import { removeManagementRoleAssignment as declaration } from '../../../../cmdlets/exchange/app-access/remove-management-role-assignment.ts'
import { command } from '../../command.ts'
import { findAssignment } from './find-app-access.ts'

export const removeManagementRoleAssignment = command({
  declaration,
  role: 'Role Management',
  async run(context, { Identity }) {
    const { guid } = await findAssignment(context, Identity)
    await context.directory.roleAssignments.remove(context.tenant.id, guid)
    return []
  },
})
