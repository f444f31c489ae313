import { removeRoleGroupMember as declaration } from '../../../../cmdlets/exchange/role-groups/remove-role-group-member.ts'
import { command } from '../../command.ts'
import { findRoleGroup, findRoleGroupMember } from './find-role-group.ts'

export const removeRoleGroupMember = command({
  declaration,
  role: 'Role Management',
  async run(context, { Identity, Member }) {
    const group = await findRoleGroup(context, Identity)
    await context.directory.roleGroups.removeMember(group, await findRoleGroupMember(context, Member))
    return []
  },
})
