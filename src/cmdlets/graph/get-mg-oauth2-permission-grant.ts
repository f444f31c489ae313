import { graphCmdlet, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { grantColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgOauth2PermissionGrant = graphCmdlet({
  name: 'Get-MgOauth2PermissionGrant',
  synopsis: 'Shows a delegated permission that was given, or those there are.',
  parameters: {
    OAuth2PermissionGrantId: optional(text, 'The id of the grant.', { position: 0 }),
    ...listParameters,
  },
  columns: grantColumns,
  names: 'OAuth2PermissionGrantId',
  call: (given) =>
    given.OAuth2PermissionGrantId === undefined
      ? list('/oauth2PermissionGrants', given)
      : one(path`/oauth2PermissionGrants/${given.OAuth2PermissionGrantId}`, given),
})
