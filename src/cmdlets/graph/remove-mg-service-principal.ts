import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path } from './request.ts'

export const removeMgServicePrincipal = graphCmdlet({
  name: 'Remove-MgServicePrincipal',
  synopsis: 'Removes a service principal and the roles that were assigned to it.',
  parameters: { ServicePrincipalId: mandatory(text, 'The id of the service principal.', { position: 0 }) },
  columns: [],
  call: (given) => ({ verb: 'DELETE', path: path`/servicePrincipals/${given.ServicePrincipalId}`, answers: 'nothing' }),
})
