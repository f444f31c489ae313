import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, switched, text } from '../parameter-type.ts'
import { filterMeaning, scopeColumns, scopeIdentity } from './app-access/app-access.ts'

export const getManagementScope = exchangeCmdlet({
  name: 'Get-ManagementScope',
  synopsis: 'Shows the scopes over which roles can be assigned to apps.',
  parameters: {
    Identity: optional(text, scopeIdentity, { position: 0 }),
    Exclusive: optional(boolean, 'Only those that are exclusive, or are not.'),
    Orphan: optional(switched, 'Only those over which no role is assigned.'),
  },
  columns: scopeColumns,
  names: 'Identity',
})

export const newManagementScope = exchangeCmdlet({
  name: 'New-ManagementScope',
  synopsis: 'Names the mailboxes over which roles can be assigned to apps.',
  parameters: {
    Name: mandatory(text, 'The name of the scope.', { position: 0 }),
    RecipientRestrictionFilter: mandatory(text, filterMeaning),
    RecipientRoot: optional(text, 'The organizational unit, of which there is one: that of the organization.'),
    Exclusive: optional(switched, 'Kept as given, without effect on apps.'),
    Force: optional(switched, 'Nothing is asked.'),
  },
  columns: scopeColumns,
})

export const removeManagementScope = exchangeCmdlet({
  name: 'Remove-ManagementScope',
  synopsis: 'Takes a management scope away, over which no role is assigned.',
  parameters: { Identity: mandatory(text, scopeIdentity, { position: 0 }) },
  columns: [],
  confirms: true,
  undo: () => 'create it again with New-ManagementScope; the audit log (Search-UnifiedAuditLog) has its settings.',
})

export const setManagementScope = exchangeCmdlet({
  name: 'Set-ManagementScope',
  synopsis: 'Changes which mailboxes a scope is about; every role that is assigned over it follows.',
  parameters: {
    Identity: mandatory(text, scopeIdentity, { position: 0 }),
    Name: optional(text, 'Another name.'),
    RecipientRestrictionFilter: optional(text, filterMeaning),
    RecipientRoot: optional(text, 'The organizational unit, of which there is one: that of the organization.'),
    Force: optional(switched, 'Nothing is asked.'),
  },
  columns: [],
})
