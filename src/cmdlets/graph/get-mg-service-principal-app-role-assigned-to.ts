import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { assignmentColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgServicePrincipalAppRoleAssignedTo = graphCmdlet({
  name: 'Get-MgServicePrincipalAppRoleAssignedTo',
  synopsis: 'Shows the application permissions that were given on a resource.',
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
