import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, switched, text } from '../parameter-type.ts'
import { assignmentColumns, assignmentIdentity, resourceScopes } from './app-access/app-access.ts'

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

export const newManagementRoleAssignment = exchangeCmdlet({
  name: 'New-ManagementRoleAssignment',
  synopsis: 'Assigns a role to an app, over the mailboxes of a scope or over all of them.',
  parameters: {
    Name: optional(text, 'The name of the assignment; made of the role and the app when absent.', { position: 0 }),
    Role: mandatory(
      text,
      "The role, such as 'Application Mail.Read' or 'Application SMTP.SendAsApp'. No such role exists for IMAP4 and POP3.",
    ),
    App: mandatory(text, 'A service principal that Exchange is aware of: its ObjectId, AppId or display name.'),
    ...resourceScopes,
    Force: optional(switched, 'Nothing is asked.'),
  },
  columns: assignmentColumns,
})

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

export const setManagementRoleAssignment = exchangeCmdlet({
  name: 'Set-ManagementRoleAssignment',
  synopsis: 'Gives the role of an app another scope, or puts it in or out of force.',
  parameters: {
    Identity: mandatory(text, assignmentIdentity, { position: 0 }),
    ...resourceScopes,
    Enabled: optional(boolean, 'Whether it is in force.'),
    Force: optional(switched, 'Nothing is asked.'),
  },
  columns: [],
})

export const testServicePrincipalAuthorization = exchangeCmdlet({
  name: 'Test-ServicePrincipalAuthorization',
  synopsis:
    'Tells what the roles of an app allow, and whether a mailbox is in their scope; consents are not among them.',
  parameters: {
    Identity: mandatory(text, 'A service principal that Exchange is aware of: its ObjectId, AppId or display name.', {
      position: 0,
    }),
    Resource: optional(text, 'A mailbox to be looked for in the scopes.'),
  },
  columns: ['RoleName', 'GrantedPermissions', 'AllowedResourceScope', 'ScopeType', 'InScope'],
})
