import { commandLine } from '../../../core/command-line.ts'
import { exchangeCmdlet } from '../../cmdlet.ts'
import { bypass, roleGroupIdentity, roleGroupMember } from './role-group-parameters.ts'

export const removeRoleGroupMember = exchangeCmdlet({
  name: 'Remove-RoleGroupMember',
  synopsis: 'Takes somebody out of a role group.',
  parameters: { Identity: roleGroupIdentity, Member: roleGroupMember, BypassSecurityGroupManagerCheck: bypass },
  columns: [],
  confirms: true,
  undo: ({ Identity, Member }) => commandLine('Add-RoleGroupMember', { Identity, Member }),
})
