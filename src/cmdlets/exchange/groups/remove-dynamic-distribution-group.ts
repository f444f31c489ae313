import { exchangeCmdlet } from '../../cmdlet.ts'
import { groupIdentity } from './group-identity.ts'

export const removeDynamicDistributionGroup = exchangeCmdlet({
  name: 'Remove-DynamicDistributionGroup',
  synopsis: 'Removes a dynamic group, not who is in it.',
  parameters: { Identity: groupIdentity },
  columns: [],
  confirms: true,
  undo: () =>
    'create it again with New-DynamicDistributionGroup; the audit log (Search-UnifiedAuditLog) has its settings.',
})
