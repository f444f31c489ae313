import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, switched, text, texts } from '../parameter-type.ts'
import { resultSize, resultSizeMeaning } from './parameter-types.ts'

const scopeIdentity = 'The scope: its name or Guid.'

const assignmentIdentity = 'The assignment: its name or Guid.'

const filterMeaning =
  "An OPATH filter over properties of mailboxes, such as: CustomAttribute1 -eq 'sales', RecipientTypeDetails -eq 'SharedMailbox'."

/** The scope of a role of an app. At most one of these parameters is allowed. */
const resourceScopes = {
  CustomResourceScope: optional(text, 'A management scope: its name or Guid.'),
  RecipientGroupScope: optional(text, 'A group: its members.'),
  RecipientAdministrativeUnitScope: optional(text, 'An administrative unit; not supported.'),
} as const

const scopeColumns = ['Name', 'ScopeRestrictionType', 'Exclusive', 'RecipientRoot', 'RecipientFilter']

const assignmentColumns = [
  'Name',
  'Role',
  'RoleAssigneeName',
  'RoleAssigneeType',
  'AssignmentMethod',
  'CustomResourceScope',
]

export const getManagementRole = exchangeCmdlet({
  name: 'Get-ManagementRole',
  synopsis: 'Lists the roles for administrators and apps, or those that have a cmdlet.',
  parameters: {
    Identity: optional(text, 'The role; * matches anything.', { position: 0 }),
    RoleType: optional(text, 'Only roles of this type: the name without its spaces.'),
    Cmdlet: optional(text, 'Only roles that have this cmdlet.'),
    CmdletParameters: optional(texts, 'Only roles with a cmdlet that has all of these parameters.'),
  },
  columns: ['Name', 'RoleType', 'Description'],
})

export const getManagementRoleEntry = exchangeCmdlet({
  name: 'Get-ManagementRoleEntry',
  synopsis: 'Lists the cmdlets of a role.',
  parameters: {
    Identity: mandatory(text, 'Role\\Cmdlet; * matches anything: *\\New-ServicePrincipal.', {
      position: 0,
    }),
    Parameters: optional(texts, 'Only cmdlets that have all of these parameters.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'Role', 'Parameters'],
})

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

export const getManagementScope = exchangeCmdlet({
  name: 'Get-ManagementScope',
  synopsis: 'Lists management scopes, or one.',
  parameters: {
    Identity: optional(text, scopeIdentity, { position: 0 }),
    Exclusive: optional(boolean, 'Only exclusive scopes, or only others.'),
    Orphan: optional(switched, 'Only scopes without a role assignment.'),
  },
  columns: scopeColumns,
  names: 'Identity',
})

export const newManagementScope = exchangeCmdlet({
  name: 'New-ManagementScope',
  synopsis: 'Creates a management scope: a set of mailboxes for role assignments.',
  parameters: {
    Name: mandatory(text, 'The name of the scope.', { position: 0 }),
    RecipientRestrictionFilter: mandatory(text, filterMeaning),
    RecipientRoot: optional(text, 'The organizational unit; the only one is that of the organization.'),
    Exclusive: optional(switched, 'Stored and shown; without effect on apps.'),
    Force: optional(switched, 'Asks nothing.'),
  },
  columns: scopeColumns,
})

export const removeManagementScope = exchangeCmdlet({
  name: 'Remove-ManagementScope',
  synopsis: 'Removes a management scope that has no role assignment.',
  parameters: { Identity: mandatory(text, scopeIdentity, { position: 0 }) },
  columns: [],
  confirms: true,
  undo: () => 'create it again with New-ManagementScope; the audit log (Search-UnifiedAuditLog) has its settings.',
})

export const setManagementScope = exchangeCmdlet({
  name: 'Set-ManagementScope',
  synopsis: 'Changes the mailboxes of a scope, and so of every role assignment with that scope.',
  parameters: {
    Identity: mandatory(text, scopeIdentity, { position: 0 }),
    Name: optional(text, 'The new name.'),
    RecipientRestrictionFilter: optional(text, filterMeaning),
    RecipientRoot: optional(text, 'The organizational unit; the only one is that of the organization.'),
    Force: optional(switched, 'Asks nothing.'),
  },
  columns: [],
})
