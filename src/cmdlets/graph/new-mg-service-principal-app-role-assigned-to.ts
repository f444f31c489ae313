import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { assignmentColumns } from './columns.ts'
import { path, properties } from './request.ts'

export const newMgServicePrincipalAppRoleAssignedTo = graphCmdlet({
  name: 'New-MgServicePrincipalAppRoleAssignedTo',
  synopsis: 'Consents: gives on a resource an application permission to a service principal.',
  parameters: {
    ServicePrincipalId: mandatory(text, "The resource's service principal.", { position: 0 }),
    PrincipalId: mandatory(text, 'The service principal that is given the permission.'),
    ResourceId: mandatory(text, 'The id of the resource once more, as Graph asks for it.'),
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
