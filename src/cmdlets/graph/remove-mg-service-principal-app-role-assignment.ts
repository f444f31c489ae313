import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path } from './request.ts'

export const removeMgServicePrincipalAppRoleAssignment = graphCmdlet({
  name: 'Remove-MgServicePrincipalAppRoleAssignment',
  synopsis: 'Takes an application permission back.',
  parameters: {
    ServicePrincipalId: mandatory(text, 'The service principal that was given the permission.', { position: 0 }),
    AppRoleAssignmentId: mandatory(text, 'The id of the assignment.'),
  },
  columns: [],
  call: (given) => ({
    verb: 'DELETE',
    path: path`/servicePrincipals/${given.ServicePrincipalId}/appRoleAssignments/${given.AppRoleAssignmentId}`,
    answers: 'nothing',
  }),
})
