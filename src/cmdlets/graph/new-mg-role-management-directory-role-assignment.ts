import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { roleAssignmentColumns } from './columns.ts'
import { properties } from './request.ts'

export const newMgRoleManagementDirectoryRoleAssignment = graphCmdlet({
  name: 'New-MgRoleManagementDirectoryRoleAssignment',
  synopsis: 'Gives a directory role to a user or a service principal.',
  parameters: {
    PrincipalId: mandatory(text, 'The user or service principal that is given it.'),
    RoleDefinitionId: mandatory(text, 'The id of the role definition.'),
    DirectoryScopeId: optional(text, 'Where it counts: / is the whole tenant, and all there is.'),
  },
  columns: roleAssignmentColumns,
  call: (given) => ({
    verb: 'POST',
    path: '/roleManagement/directory/roleAssignments',
    body: properties({ ...given, DirectoryScopeId: given.DirectoryScopeId ?? '/' }),
    answers: 'one',
  }),
})
