import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { resultSize, resultSizeMeaning } from '../result-size.ts'
import { roleGroupIdentity } from './role-group-parameters.ts'

export const getRoleGroupMember = exchangeCmdlet({
  name: 'Get-RoleGroupMember',
  synopsis: 'Shows who is in a role group.',
  parameters: { Identity: roleGroupIdentity, ResultSize: optional(resultSize, resultSizeMeaning) },
  columns: ['Name', 'RecipientType', 'Sid'],
})
