import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { grantColumns } from './columns.ts'
import { list, listParameters, path } from './request.ts'

export const getMgServicePrincipalOauth2PermissionGrant = graphCmdlet({
  name: 'Get-MgServicePrincipalOauth2PermissionGrant',
  synopsis: 'Shows the delegated permissions that a client was given.',
  parameters: {
    ServicePrincipalId: mandatory(text, 'The service principal.', { position: 0 }),
    ...listParameters,
  },
  columns: grantColumns,
  call: (given) => list(path`/servicePrincipals/${given.ServicePrincipalId}/oauth2PermissionGrants`, given),
})
