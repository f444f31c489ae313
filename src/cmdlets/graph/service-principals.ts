import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { switched, text, texts } from '../parameter-type.ts'
import { servicePrincipalColumns } from './columns.ts'
import { list, listParameters, one, path, properties } from './request.ts'

/** The properties of a service principal that can be written, as parameters. */
const servicePrincipalProperties = {
  DisplayName: optional(text, 'The display name.'),
  AccountEnabled: optional(switched, 'Whether the app may sign in; -AccountEnabled:$false disables it.'),
  AppRoleAssignmentRequired: optional(switched, 'Whether only assigned clients get tokens for it.'),
  Tags: optional(texts, 'Tags.'),
}

export const getMgServicePrincipal = graphCmdlet({
  name: 'Get-MgServicePrincipal',
  synopsis: 'Lists service principals, or one.',
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

export const newMgServicePrincipal = graphCmdlet({
  name: 'New-MgServicePrincipal',
  synopsis: 'Creates the service principal of an app in this tenant.',
  parameters: { AppId: mandatory(text, "The app's client id."), ...servicePrincipalProperties },
  columns: servicePrincipalColumns,
  call: (given) => ({ verb: 'POST', path: '/servicePrincipals', body: properties(given), answers: 'one' }),
})

export const removeMgServicePrincipal = graphCmdlet({
  name: 'Remove-MgServicePrincipal',
  synopsis: 'Removes a service principal and the roles that were assigned to it.',
  parameters: { ServicePrincipalId: mandatory(text, 'The id of the service principal.', { position: 0 }) },
  columns: [],
  call: (given) => ({ verb: 'DELETE', path: path`/servicePrincipals/${given.ServicePrincipalId}`, answers: 'nothing' }),
})

export const updateMgServicePrincipal = graphCmdlet({
  name: 'Update-MgServicePrincipal',
  synopsis: 'Changes a service principal; omitted properties stay unchanged.',
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
