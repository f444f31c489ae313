import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { memberColumns } from './columns.ts'
import { list, listParameters, path } from './request.ts'

export const getMgServicePrincipalMemberOf = graphCmdlet({
  name: 'Get-MgServicePrincipalMemberOf',
  synopsis: 'Shows the directory roles that a service principal has.',
  parameters: {
    ServicePrincipalId: mandatory(text, 'The service principal.', { position: 0 }),
    ...listParameters,
  },
  columns: memberColumns,
  call: (given) => list(path`/servicePrincipals/${given.ServicePrincipalId}/memberOf`, given),
})
