import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { boolean, text } from '../../parameter-type.ts'
import { assignmentColumns, assignmentIdentity } from './app-access.ts'

export const getManagementRoleAssignment = exchangeCmdlet({
  name: 'Get-ManagementRoleAssignment',
  synopsis: 'Shows which roles are assigned to apps, and over which mailboxes.',
  parameters: {
    Identity: optional(text, assignmentIdentity, { position: 0 }),
    RoleAssignee: optional(text, 'Only those of one service principal: its ObjectId, AppId or display name.'),
    Role: optional(text, 'Only those of one role.'),
    CustomResourceScope: optional(text, 'Only those over one management scope.'),
    Enabled: optional(boolean, 'Only those that are in force, or are not.'),
  },
  columns: assignmentColumns,
  names: 'Identity',
})
