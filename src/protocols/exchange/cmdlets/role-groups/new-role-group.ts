import { newRoleGroup as declaration } from '../../../../cmdlets/exchange/role-groups/new-role-group.ts'
import { command } from '../../command.ts'
import { findRoleGroupMember, refuseBuiltInName, rolesToGive } from './find-role-group.ts'
import { roleGroupOutput } from './role-group-outputs.ts'

export const newRoleGroup = command({
  declaration,
  role: 'Role Management',
  async run(context, { Name, Roles = [], Members = [], Description = '' }) {
    refuseBuiltInName(Name)
    const roles = rolesToGive(context, Roles)
    const members = await Promise.all(Members.map((named) => findRoleGroupMember(context, named)))
    const group = { name: Name, description: Description, roles, members }
    return [await roleGroupOutput(context, await context.directory.roleGroups.create(context.tenant.id, group))]
  },
})
