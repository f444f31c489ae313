import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path } from './request.ts'

export const removeMgServicePrincipalAppRoleAssignedTo = graphCmdlet({
  name: 'Remove-MgServicePrincipalAppRoleAssignedTo',
  synopsis: 'Takes an application permission on a resource back.',
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
