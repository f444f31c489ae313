import { exchangeCmdlet } from '../../cmdlet.ts'
import { bypass, roleGroupIdentity } from './role-group-parameters.ts'

export const removeRoleGroup = exchangeCmdlet({
  name: 'Remove-RoleGroup',
  synopsis: 'Removes a role group, not who is in it.',
  parameters: { Identity: roleGroupIdentity, BypassSecurityGroupManagerCheck: bypass },
  columns: [],
  confirms: true,
  undo: () => 'create it again with New-RoleGroup; the audit log (Search-UnifiedAuditLog) has its settings.',
})
