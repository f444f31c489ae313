import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { roleAssignmentColumns, roleTemplateColumns } from './columns.ts'
import { list, listParameters, one, path, properties } from './request.ts'

export const getMgRoleManagementDirectoryRoleAssignment = graphCmdlet({
  name: 'Get-MgRoleManagementDirectoryRoleAssignment',
  synopsis: 'Lists directory role assignments, or one.',
  parameters: {
    UnifiedRoleAssignmentId: optional(text, 'One assignment by its id.', { position: 0 }),
    ...listParameters,
  },
  columns: roleAssignmentColumns,
  names: 'UnifiedRoleAssignmentId',
  call: (given) =>
    given.UnifiedRoleAssignmentId === undefined
      ? list('/roleManagement/directory/roleAssignments', given)
      : one(path`/roleManagement/directory/roleAssignments/${given.UnifiedRoleAssignmentId}`, given),
})

export const getMgRoleManagementDirectoryRoleDefinition = graphCmdlet({
  name: 'Get-MgRoleManagementDirectoryRoleDefinition',
  synopsis: 'Lists directory role definitions, or one.',
  parameters: {
    UnifiedRoleDefinitionId: optional(text, 'The id of the definition, which is that of the template.', {
      position: 0,
    }),
    ...listParameters,
  },
  columns: roleTemplateColumns,
  names: 'UnifiedRoleDefinitionId',
  call: (given) =>
    given.UnifiedRoleDefinitionId === undefined
      ? list('/roleManagement/directory/roleDefinitions', given)
      : one(path`/roleManagement/directory/roleDefinitions/${given.UnifiedRoleDefinitionId}`, given),
})

export const newMgRoleManagementDirectoryRoleAssignment = graphCmdlet({
  name: 'New-MgRoleManagementDirectoryRoleAssignment',
  synopsis: 'Assigns a directory role to a user or a service principal.',
  parameters: {
    PrincipalId: mandatory(text, 'The user or service principal that gets the role.'),
    RoleDefinitionId: mandatory(text, 'The id of the role definition.'),
    DirectoryScopeId: optional(text, 'The scope: / is the whole tenant, the only supported scope.'),
  },
  columns: roleAssignmentColumns,
  call: (given) => ({
    verb: 'POST',
    path: '/roleManagement/directory/roleAssignments',
    body: properties({ ...given, DirectoryScopeId: given.DirectoryScopeId ?? '/' }),
    answers: 'one',
  }),
})

export const removeMgRoleManagementDirectoryRoleAssignment = graphCmdlet({
  name: 'Remove-MgRoleManagementDirectoryRoleAssignment',
  synopsis: 'Removes a directory role from a user or a service principal.',
  parameters: {
    UnifiedRoleAssignmentId: mandatory(text, 'The id of the assignment.', { position: 0 }),
  },
  columns: [],
  call: (given) => ({
    verb: 'DELETE',
    path: path`/roleManagement/directory/roleAssignments/${given.UnifiedRoleAssignmentId}`,
    answers: 'nothing',
  }),
})
