import { getRoleGroupMember as declaration } from '../../../../cmdlets/exchange/role-groups/get-role-group-member.ts'
import type { Trustee } from '../../../../domain/directory/types.ts'
import { command } from '../../command.ts'
import { builtInMembers, builtInNamed } from './built-in.ts'
import { findRoleGroup } from './find-role-group.ts'

const kindNames: Readonly<Record<Trustee['kind'], string>> = {
  user: 'User',
  servicePrincipal: 'ServicePrincipal',
  group: 'MailUniversalSecurityGroup',
  unresolved: 'Unresolved',
  self: 'User',
}

export const getRoleGroupMember = command({
  declaration,
  role: 'Role Management',
  async run(context, { Identity }) {
    const own = builtInNamed(Identity)
    if (own) return builtInMembers(context, own)
    const members = await context.directory.roleGroups.members(await findRoleGroup(context, Identity))
    return members.map((member) => ({
      Name: member.name,
      RecipientType: kindNames[member.kind],
      Sid: member.sid,
      Identity: member.name,
      Guid: member.kind === 'self' ? null : member.id,
    }))
  },
})
