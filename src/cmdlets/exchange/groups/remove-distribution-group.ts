import { exchangeCmdlet } from '../../cmdlet.ts'
import { groupIdentity } from './group-identity.ts'

export const removeDistributionGroup = exchangeCmdlet({
  name: 'Remove-DistributionGroup',
  synopsis: 'Removes a group; its members stay.',
  parameters: { Identity: groupIdentity },
  columns: [],
  confirms: true,
  undo: () => 'create it again with New-DistributionGroup; the audit log (Search-UnifiedAuditLog) has its settings.',
})
