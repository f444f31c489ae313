import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { assignmentColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgServicePrincipalAppRoleAssignment = graphCmdlet({
  name: 'Get-MgServicePrincipalAppRoleAssignment',
  synopsis: 'Shows the application permissions that a service principal was given.',
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
