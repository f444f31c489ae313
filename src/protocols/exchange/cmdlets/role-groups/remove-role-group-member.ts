import { removeRoleGroupMember as declaration } from '../../../../cmdlets/exchange/role-groups/remove-role-group-member.ts'
import { command } from '../../command.ts'
import { notFound } from '../../refusals.ts'
import { trusteeAmong } from '../permissions/entries-on.ts'
import { findRoleGroup } from './find-role-group.ts'

export const removeRoleGroupMember = command({
  declaration,
  role: 'Role Management',
  async run(context, { Identity, Member }) {
    const { directory, tenant } = context
    const group = await findRoleGroup(context, Identity)
    const member = await trusteeAmong(context, await directory.roleGroups.members(group), Member)
    if (member.kind === 'self') return notFound(tenant, Member)
    await directory.roleGroups.removeMember(group, member)
    return []
  },
})
