import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { text, texts } from '../../parameter-type.ts'
import { roleGroupColumns } from './role-group-parameters.ts'

export const newRoleGroup = exchangeCmdlet({
  name: 'New-RoleGroup',
  synopsis: 'Makes a group whose members may use the cmdlets of some roles, without a directory role.',
  parameters: {
    Name: mandatory(text, 'Its name.', { position: 0 }),
    Roles: optional(texts, 'The roles: see Get-ManagementRole. Nobody gives a role that they do not hold.'),
    Members: optional(
      texts,
      'Who is in it from the beginning: service principals of Exchange, users, security groups.',
    ),
    Description: optional(text, 'What it is for.'),
  },
  columns: roleGroupColumns,
})
