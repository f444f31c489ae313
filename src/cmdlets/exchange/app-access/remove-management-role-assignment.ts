import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { switched, text } from '../../parameter-type.ts'
import { assignmentIdentity } from './app-access.ts'

export const removeManagementRoleAssignment = exchangeCmdlet({
  name: 'Remove-ManagementRoleAssignment',
  synopsis: 'Takes a role back from an app.',
  parameters: {
    Identity: mandatory(text, assignmentIdentity, { position: 0 }),
    Force: optional(switched, 'Nothing is asked.'),
  },
  columns: [],
  confirms: true,
  undo: () =>
    'create it again with New-ManagementRoleAssignment; the audit log (Search-UnifiedAuditLog) has its settings.',
})
