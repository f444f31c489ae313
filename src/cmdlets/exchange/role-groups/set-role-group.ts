import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'
import { bypass, roleGroupIdentity } from './role-group-parameters.ts'

export const setRoleGroup = exchangeCmdlet({
  name: 'Set-RoleGroup',
  synopsis: 'Changes what a role group is called, and what is said of it.',
  parameters: {
    Identity: roleGroupIdentity,
    Name: optional(text, 'Its name.'),
    Description: optional(text, 'What it is for.'),
    BypassSecurityGroupManagerCheck: bypass,
  },
  columns: [],
})
