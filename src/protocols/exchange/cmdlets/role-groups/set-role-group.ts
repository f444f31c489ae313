import { setRoleGroup as declaration } from '../../../../cmdlets/exchange/role-groups/set-role-group.ts'
import { command } from '../../command.ts'
import { findRoleGroup, refuseBuiltInName } from './find-role-group.ts'

export const setRoleGroup = command({
  declaration,
  role: 'Role Management',
  async run(context, { Identity, Name, Description }) {
    refuseBuiltInName(Name)
    const { guid } = await findRoleGroup(context, Identity)
    await context.directory.roleGroups.update(context.tenant.id, guid, {
      ...(Name !== undefined && { name: Name }),
      ...(Description !== undefined && { description: Description }),
    })
    return []
  },
})
