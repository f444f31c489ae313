import { removeRoleGroup as declaration } from '../../../../cmdlets/exchange/role-groups/remove-role-group.ts'
import { command } from '../../command.ts'
import { findRoleGroup } from './find-role-group.ts'

export const removeRoleGroup = command({
  declaration,
  role: 'Role Management',
  async run(context, { Identity }) {
    const { guid } = await findRoleGroup(context, Identity)
    await context.directory.roleGroups.remove(context.tenant.id, guid)
    return []
  },
})
