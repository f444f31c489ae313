import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { assignmentColumns } from './columns.ts'
import { path, properties } from './request.ts'

export const newMgServicePrincipalAppRoleAssignment = graphCmdlet({
  name: 'New-MgServicePrincipalAppRoleAssignment',
  synopsis: 'Consents: gives a service principal an application permission on a resource.',
  parameters: {
    ServicePrincipalId: mandatory(text, 'The service principal that is given the permission.', { position: 0 }),
    PrincipalId: mandatory(text, 'The same id once more, as Graph asks for it.'),
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
