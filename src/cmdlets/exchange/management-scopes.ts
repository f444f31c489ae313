import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, switched, text } from '../parameter-type.ts'
import { filterMeaning, scopeColumns, scopeIdentity } from './app-access/app-access.ts'

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
