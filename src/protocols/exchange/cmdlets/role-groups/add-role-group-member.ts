import { addRoleGroupMember as declaration } from '../../../../cmdlets/exchange/role-groups/add-role-group-member.ts'
import { command } from '../../command.ts'
import { findRoleGroup, findRoleGroupMember, refuseNotHeld } from './find-role-group.ts'

export const addRoleGroupMember = command({
  declaration,
  role: 'Role Management',
  async run(context, { Identity, Member }) {
    const group = await findRoleGroup(context, Identity)
    refuseNotHeld(context, group.roles)
    await context.directory.roleGroups.addMember(group, await findRoleGroupMember(context, Member))
    return []
  },
})
