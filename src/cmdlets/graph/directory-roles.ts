import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { directoryRoleColumns, memberColumns, roleAssignmentColumns, roleTemplateColumns } from './columns.ts'
import { list, listParameters, one, path, properties } from './request.ts'

export const getMgDirectoryRole = graphCmdlet({
  name: 'Get-MgDirectoryRole',
  synopsis: 'Lists directory roles, or one.',
  parameters: {
    DirectoryRoleId: optional(text, 'The id of the role in this tenant.', { position: 0 }),
    ...listParameters,
  },
  columns: directoryRoleColumns,
  names: 'DirectoryRoleId',
  call: (given) =>
    given.DirectoryRoleId === undefined
      ? list('/directoryRoles', given)
      : one(path`/directoryRoles/${given.DirectoryRoleId}`, given),
})

export const getMgDirectoryRoleMember = graphCmdlet({
  name: 'Get-MgDirectoryRoleMember',
  synopsis: 'Lists the members of a directory role.',
  parameters: {
    DirectoryRoleId: mandatory(text, 'The id of the role in this tenant.', { position: 0 }),
    ...listParameters,
  },
  columns: memberColumns,
  call: (given) => list(path`/directoryRoles/${given.DirectoryRoleId}/members`, given),
})

export const newMgDirectoryRoleMemberByRef = graphCmdlet({
  name: 'New-MgDirectoryRoleMemberByRef',
  synopsis: 'Assigns a directory role to a user or a service principal.',
  parameters: {
    DirectoryRoleId: mandatory(text, 'The id of the role in this tenant.', { position: 0 }),
    OdataId: mandatory(text, 'The new member: https://graph.microsoft.com/v1.0/directoryObjects/{id}'),
  },
  columns: [],
  call: (given) => ({
    verb: 'POST',
    path: path`/directoryRoles/${given.DirectoryRoleId}/members/$ref`,
    body: { '@odata.id': given.OdataId },
    answers: 'nothing',
  }),
})

export const removeMgDirectoryRoleMemberByRef = graphCmdlet({
  name: 'Remove-MgDirectoryRoleMemberByRef',
  synopsis: 'Removes a directory role from a user or a service principal.',
  parameters: {
    DirectoryRoleId: mandatory(text, 'The id of the role in this tenant.', { position: 0 }),
    DirectoryObjectId: mandatory(text, 'The user or service principal that is the owner.'),
  },
  columns: [],
  call: (given) => ({
    verb: 'DELETE',
    path: path`/directoryRoles/${given.DirectoryRoleId}/members/${given.DirectoryObjectId}/$ref`,
    answers: 'nothing',
  }),
})

export const getMgDirectoryRoleTemplate = graphCmdlet({
  name: 'Get-MgDirectoryRoleTemplate',
  synopsis: 'Lists the templates of directory roles, or one.',
  parameters: {
    DirectoryRoleTemplateId: optional(text, 'The id of the template, the same in every tenant.', { position: 0 }),
    ...listParameters,
  },
  columns: roleTemplateColumns,
  names: 'DirectoryRoleTemplateId',
  call: (given) =>
    given.DirectoryRoleTemplateId === undefined
      ? list('/directoryRoleTemplates', given)
      : one(path`/directoryRoleTemplates/${given.DirectoryRoleTemplateId}`, given),
})

export const getMgServicePrincipalMemberOf = graphCmdlet({
  name: 'Get-MgServicePrincipalMemberOf',
  synopsis: 'Lists the directory roles of a service principal.',
  parameters: {
    ServicePrincipalId: mandatory(text, 'The service principal.', { position: 0 }),
    ...listParameters,
  },
  columns: memberColumns,
  call: (given) => list(path`/servicePrincipals/${given.ServicePrincipalId}/memberOf`, given),
})

export const getMgUserMemberOf = graphCmdlet({
  name: 'Get-MgUserMemberOf',
  synopsis: 'Lists the directory roles of a user.',
  parameters: {
    UserId: mandatory(text, 'The id or the user principal name.', { position: 0 }),
    ...listParameters,
  },
  columns: memberColumns,
  call: (given) => list(path`/users/${given.UserId}/memberOf`, given),
})

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
