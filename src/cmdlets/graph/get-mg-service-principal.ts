import { graphCmdlet, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { servicePrincipalColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgServicePrincipal = graphCmdlet({
  name: 'Get-MgServicePrincipal',
  synopsis: 'Shows a service principal, or those there are.',
  parameters: {
    ServicePrincipalId: optional(text, 'The id of the service principal.', { position: 0 }),
    ...listParameters,
  },
  columns: servicePrincipalColumns,
  names: 'ServicePrincipalId',
  call: (given) =>
    given.ServicePrincipalId === undefined
      ? list('/servicePrincipals', given)
      : one(path`/servicePrincipals/${given.ServicePrincipalId}`, given),
})
