import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { assignmentColumns } from './columns.ts'
import { list, listParameters, one, path, properties } from './request.ts'

export const getMgServicePrincipalAppRoleAssignment = graphCmdlet({
  name: 'Get-MgServicePrincipalAppRoleAssignment',
  synopsis: 'Lists the application permissions of a service principal.',
  parameters: {
    ServicePrincipalId: mandatory(text, 'The service principal.', { position: 0 }),
    AppRoleAssignmentId: optional(text, 'One assignment by its id.'),
    ...listParameters,
  },
  columns: assignmentColumns,
  names: 'AppRoleAssignmentId',
  call: (given) =>
    given.AppRoleAssignmentId === undefined
      ? list(path`/servicePrincipals/${given.ServicePrincipalId}/appRoleAssignments`, given)
      : one(
          path`/servicePrincipals/${given.ServicePrincipalId}/appRoleAssignments/${given.AppRoleAssignmentId}`,
          given,
        ),
})

export const getMgUserAppRoleAssignment = graphCmdlet({
  name: 'Get-MgUserAppRoleAssignment',
  synopsis: 'Lists the apps to which a user is assigned.',
  parameters: {
    UserId: mandatory(text, 'The id or the user principal name.', { position: 0 }),
    AppRoleAssignmentId: optional(text, 'One assignment by its id.'),
    ...listParameters,
  },
  columns: assignmentColumns,
  names: 'AppRoleAssignmentId',
  call: (given) =>
    given.AppRoleAssignmentId === undefined
      ? list(path`/users/${given.UserId}/appRoleAssignments`, given)
      : one(path`/users/${given.UserId}/appRoleAssignments/${given.AppRoleAssignmentId}`, given),
})

export const newMgServicePrincipalAppRoleAssignment = graphCmdlet({
  name: 'New-MgServicePrincipalAppRoleAssignment',
  synopsis: 'Consents: gives a service principal an application permission on a resource.',
  parameters: {
    ServicePrincipalId: mandatory(text, 'The service principal that gets the permission.', { position: 0 }),
    PrincipalId: mandatory(text, 'The same id again, as Graph requires it.'),
    ResourceId: mandatory(text, "The id of the resource's service principal."),
    AppRoleId: mandatory(text, "The id of the role: one of the resource's appRoles."),
  },
  columns: assignmentColumns,
  call: (given) => ({
    verb: 'POST',
    path: path`/servicePrincipals/${given.ServicePrincipalId}/appRoleAssignments`,
    body: properties(given, ['ServicePrincipalId']),
    answers: 'one',
  }),
})

export const newMgUserAppRoleAssignment = graphCmdlet({
  name: 'New-MgUserAppRoleAssignment',
  synopsis: 'Assigns a user to an app, in one of its roles.',
  parameters: {
    UserId: mandatory(text, 'The id or the user principal name.', { position: 0 }),
    PrincipalId: mandatory(text, 'The id of the user again, as Graph requires it.'),
    ResourceId: mandatory(text, "The app's service principal."),
    AppRoleId: mandatory(text, "The id of the role: one of the app's appRoles, or all zeros for default access."),
  },
  columns: assignmentColumns,
  call: (given) => ({
    verb: 'POST',
    path: path`/users/${given.UserId}/appRoleAssignments`,
    body: properties(given, ['UserId']),
    answers: 'one',
  }),
})

export const removeMgServicePrincipalAppRoleAssignment = graphCmdlet({
  name: 'Remove-MgServicePrincipalAppRoleAssignment',
  synopsis: 'Removes an application permission.',
  parameters: {
    ServicePrincipalId: mandatory(text, 'The service principal that has the permission.', { position: 0 }),
    AppRoleAssignmentId: mandatory(text, 'The id of the assignment.'),
  },
  columns: [],
  call: (given) => ({
    verb: 'DELETE',
    path: path`/servicePrincipals/${given.ServicePrincipalId}/appRoleAssignments/${given.AppRoleAssignmentId}`,
    answers: 'nothing',
  }),
})

export const removeMgUserAppRoleAssignment = graphCmdlet({
  name: 'Remove-MgUserAppRoleAssignment',
  synopsis: 'Removes the assignment of a user to an app.',
  parameters: {
    UserId: mandatory(text, 'The id or the user principal name.', { position: 0 }),
    AppRoleAssignmentId: mandatory(text, 'The id of the assignment.'),
  },
  columns: [],
  call: (given) => ({
    verb: 'DELETE',
    path: path`/users/${given.UserId}/appRoleAssignments/${given.AppRoleAssignmentId}`,
    answers: 'nothing',
  }),
})

export const getMgServicePrincipalAppRoleAssignedTo = graphCmdlet({
  name: 'Get-MgServicePrincipalAppRoleAssignedTo',
  synopsis: 'Lists the application permissions that apps have on a resource.',
  parameters: {
    ServicePrincipalId: mandatory(text, "The resource's service principal.", { position: 0 }),
    AppRoleAssignmentId: optional(text, 'One assignment by its id.'),
    ...listParameters,
  },
  columns: assignmentColumns,
  names: 'AppRoleAssignmentId',
  call: (given) =>
    given.AppRoleAssignmentId === undefined
      ? list(path`/servicePrincipals/${given.ServicePrincipalId}/appRoleAssignedTo`, given)
      : one(path`/servicePrincipals/${given.ServicePrincipalId}/appRoleAssignedTo/${given.AppRoleAssignmentId}`, given),
})

export const newMgServicePrincipalAppRoleAssignedTo = graphCmdlet({
  name: 'New-MgServicePrincipalAppRoleAssignedTo',
  synopsis: 'Consents: gives a service principal an application permission on a resource.',
  parameters: {
    ServicePrincipalId: mandatory(text, "The resource's service principal.", { position: 0 }),
    PrincipalId: mandatory(text, 'The service principal that gets the permission.'),
    ResourceId: mandatory(text, 'The id of the resource again, as Graph requires it.'),
    AppRoleId: mandatory(text, "The id of the role: one of the resource's appRoles."),
  },
  columns: assignmentColumns,
  call: (given) => ({
    verb: 'POST',
    path: path`/servicePrincipals/${given.ServicePrincipalId}/appRoleAssignedTo`,
    body: properties(given, ['ServicePrincipalId']),
    answers: 'one',
  }),
})

export const removeMgServicePrincipalAppRoleAssignedTo = graphCmdlet({
  name: 'Remove-MgServicePrincipalAppRoleAssignedTo',
  synopsis: 'Removes an application permission on a resource.',
  parameters: {
    ServicePrincipalId: mandatory(text, "The resource's service principal.", { position: 0 }),
    AppRoleAssignmentId: mandatory(text, 'The id of the assignment.'),
  },
  columns: [],
  call: (given) => ({
    verb: 'DELETE',
    path: path`/servicePrincipals/${given.ServicePrincipalId}/appRoleAssignedTo/${given.AppRoleAssignmentId}`,
    answers: 'nothing',
  }),
})
