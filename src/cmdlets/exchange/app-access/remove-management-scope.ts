import { exchangeCmdlet, mandatory } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'
import { scopeIdentity } from './app-access.ts'

export const removeManagementScope = exchangeCmdlet({
  name: 'Remove-ManagementScope',
  synopsis: 'Takes a management scope away, over which no role is assigned.',
  parameters: { Identity: mandatory(text, scopeIdentity, { position: 0 }) },
  columns: [],
  confirms: true,
  undo: () => 'create it again with New-ManagementScope; the audit log (Search-UnifiedAuditLog) has its settings.',
})
