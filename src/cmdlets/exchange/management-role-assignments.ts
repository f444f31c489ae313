import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, switched, text } from '../parameter-type.ts'
import { assignmentColumns, assignmentIdentity, resourceScopes } from './app-access/app-access.ts'

export const getManagementRoleAssignment = exchangeCmdlet({
  name: 'Get-ManagementRoleAssignment',
  synopsis: 'Lists role assignments of apps, or one.',
  parameters: {
    Identity: optional(text, assignmentIdentity, { position: 0 }),
    RoleAssignee: optional(text, 'Only assignments to this service principal: its ObjectId, AppId or display name.'),
    Role: optional(text, 'Only assignments of this role.'),
    CustomResourceScope: optional(text, 'Only assignments with this management scope.'),
    Enabled: optional(boolean, 'Only enabled assignments, or only disabled ones.'),
  },
  columns: assignmentColumns,
  names: 'Identity',
})

export const newManagementRoleAssignment = exchangeCmdlet({
  name: 'New-ManagementRoleAssignment',
  synopsis: 'Assigns a role to an app, for the mailboxes of a scope or for all mailboxes.',
  parameters: {
    Name: optional(text, 'The name of the assignment (default: made from the role and the app).', { position: 0 }),
    Role: mandatory(
      text,
      "The role, such as 'Application Mail.Read' or 'Application SMTP.SendAsApp'. No such role exists for IMAP4 and POP3.",
    ),
    App: mandatory(text, 'A service principal that Exchange is aware of: its ObjectId, AppId or display name.'),
    ...resourceScopes,
    Force: optional(switched, 'Asks nothing.'),
  },
  columns: assignmentColumns,
})

export const removeManagementRoleAssignment = exchangeCmdlet({
  name: 'Remove-ManagementRoleAssignment',
  synopsis: 'Removes a role assignment.',
  parameters: {
    Identity: mandatory(text, assignmentIdentity, { position: 0 }),
    Force: optional(switched, 'Asks nothing.'),
  },
  columns: [],
  confirms: true,
  undo: () =>
    'create it again with New-ManagementRoleAssignment; the audit log (Search-UnifiedAuditLog) has its settings.',
})

export const setManagementRoleAssignment = exchangeCmdlet({
  name: 'Set-ManagementRoleAssignment',
  synopsis: 'Changes the scope of a role assignment, or enables or disables it.',
  parameters: {
    Identity: mandatory(text, assignmentIdentity, { position: 0 }),
    ...resourceScopes,
    Enabled: optional(boolean, 'Whether it is enabled.'),
    Force: optional(switched, 'Asks nothing.'),
  },
  columns: [],
})

export const testServicePrincipalAuthorization = exchangeCmdlet({
  name: 'Test-ServicePrincipalAuthorization',
  synopsis: 'Shows what the roles of an app allow, and whether a mailbox is in their scope. Consents are not included.',
  parameters: {
    Identity: mandatory(text, 'A service principal that Exchange is aware of: its ObjectId, AppId or display name.', {
      position: 0,
    }),
    Resource: optional(text, 'A mailbox to test against the scopes.'),
  },
  columns: ['RoleName', 'GrantedPermissions', 'AllowedResourceScope', 'ScopeType', 'InScope'],
})
