import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path } from './request.ts'

export const removeMgUserAppRoleAssignment = graphCmdlet({
  name: 'Remove-MgUserAppRoleAssignment',
  synopsis: 'Takes the assignment of a user to an app back.',
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
