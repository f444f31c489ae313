import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { assignmentColumns } from './columns.ts'
import { path, properties } from './request.ts'

export const newMgUserAppRoleAssignment = graphCmdlet({
  name: 'New-MgUserAppRoleAssignment',
  synopsis: 'Assigns a user to an app, in one of its roles.',
  parameters: {
    UserId: mandatory(text, 'The id or the user principal name.', { position: 0 }),
    PrincipalId: mandatory(text, 'The id of the user once more, as Graph asks for it.'),
    ResourceId: mandatory(text, "The app's service principal."),
    AppRoleId: mandatory(text, "The id of the role: one of the app's appRoles, or all zeros for none of them."),
  },
  columns: assignmentColumns,
  call: (given) => ({
    verb: 'POST',
    path: path`/users/${given.UserId}/appRoleAssignments`,
    body: properties(given, ['UserId']),
    answers: 'one',
  }),
})
