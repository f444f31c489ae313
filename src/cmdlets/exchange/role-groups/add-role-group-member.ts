import { exchangeCmdlet } from '../../cmdlet.ts'
import { bypass, roleGroupIdentity, roleGroupMember } from './role-group-parameters.ts'

export const addRoleGroupMember = exchangeCmdlet({
  name: 'Add-RoleGroupMember',
  synopsis: 'Puts somebody into a role group; nobody gives a role that they do not hold.',
  parameters: { Identity: roleGroupIdentity, Member: roleGroupMember, BypassSecurityGroupManagerCheck: bypass },
  columns: [],
})
