import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'
import { policyColumns, policyIdentity } from './app-access.ts'

export const getApplicationAccessPolicy = exchangeCmdlet({
  name: 'Get-ApplicationAccessPolicy',
  synopsis: 'Shows what keeps apps that use Graph to mailboxes, or off them.',
  parameters: { Identity: optional(text, policyIdentity, { position: 0 }) },
  columns: policyColumns,
  names: 'Identity',
})
