import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { servicePrincipalColumns } from './columns.ts'
import { path, properties } from './request.ts'
import { servicePrincipalProperties } from './service-principal-properties.ts'

export const updateMgServicePrincipal = graphCmdlet({
  name: 'Update-MgServicePrincipal',
  synopsis: 'Changes a service principal; what is not named stays.',
  parameters: {
    ServicePrincipalId: mandatory(text, 'The id of the service principal.', { position: 0 }),
    ...servicePrincipalProperties,
  },
  columns: servicePrincipalColumns,
  call: (given) => ({
    verb: 'PATCH',
    path: path`/servicePrincipals/${given.ServicePrincipalId}`,
    body: properties(given, ['ServicePrincipalId']),
    answers: 'nothing',
  }),
})
