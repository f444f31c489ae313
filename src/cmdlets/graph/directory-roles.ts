import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { directoryRoleColumns, memberColumns, roleTemplateColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

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
