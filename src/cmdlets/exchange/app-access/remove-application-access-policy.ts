import { exchangeCmdlet, mandatory } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'
import { policyIdentity } from './app-access.ts'

export const removeApplicationAccessPolicy = exchangeCmdlet({
  name: 'Remove-ApplicationAccessPolicy',
  synopsis: 'Takes an application access policy away.',
  parameters: { Identity: mandatory(text, policyIdentity, { position: 0 }) },
  columns: [],
  confirms: true,
  undo: () =>
    'create it again with New-ApplicationAccessPolicy; the audit log (Search-UnifiedAuditLog) has its settings.',
})
