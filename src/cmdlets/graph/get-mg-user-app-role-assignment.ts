import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { assignmentColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgUserAppRoleAssignment = graphCmdlet({
  name: 'Get-MgUserAppRoleAssignment',
  synopsis: 'Shows the apps that a user is assigned to.',
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
