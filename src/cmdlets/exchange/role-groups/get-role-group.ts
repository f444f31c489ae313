import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'
import { resultSize, resultSizeMeaning } from '../result-size.ts'
import { roleGroupColumns } from './role-group-parameters.ts'

export const getRoleGroup = exchangeCmdlet({
  name: 'Get-RoleGroup',
  synopsis: 'Shows a role group, or those there are.',
  parameters: {
    Identity: optional(text, 'The role group: its name or GUID.', { position: 0 }),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: roleGroupColumns,
  names: 'Identity',
})
