import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { servicePrincipalColumns } from './columns.ts'
import { properties } from './request.ts'
import { servicePrincipalProperties } from './service-principal-properties.ts'

export const newMgServicePrincipal = graphCmdlet({
  name: 'New-MgServicePrincipal',
  synopsis: 'Makes the service principal of an app in this tenant.',
  parameters: { AppId: mandatory(text, "The app's client id."), ...servicePrincipalProperties },
  columns: servicePrincipalColumns,
  call: (given) => ({ verb: 'POST', path: '/servicePrincipals', body: properties(given), answers: 'one' }),
})
