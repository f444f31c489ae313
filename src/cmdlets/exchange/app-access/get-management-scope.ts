import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { boolean, switched, text } from '../../parameter-type.ts'
import { scopeColumns, scopeIdentity } from './app-access.ts'

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
