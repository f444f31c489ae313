import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choice, text } from '../parameter-type.ts'
import { grantColumns } from './columns.ts'
import { list, listParameters, one, path, properties } from './request.ts'

export const getMgOauth2PermissionGrant = graphCmdlet({
  name: 'Get-MgOauth2PermissionGrant',
  synopsis: 'Lists delegated permission grants, or one.',
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

export const getMgServicePrincipalOauth2PermissionGrant = graphCmdlet({
  name: 'Get-MgServicePrincipalOauth2PermissionGrant',
  synopsis: 'Lists the delegated permission grants of a client.',
  parameters: {
    ServicePrincipalId: mandatory(text, 'The service principal.', { position: 0 }),
    ...listParameters,
  },
  columns: grantColumns,
  call: (given) => list(path`/servicePrincipals/${given.ServicePrincipalId}/oauth2PermissionGrants`, given),
})

export const getMgUserOauth2PermissionGrant = graphCmdlet({
  name: 'Get-MgUserOauth2PermissionGrant',
  synopsis: 'Lists the delegated permission grants for one user.',
  parameters: {
    UserId: mandatory(text, 'The id or the user principal name.', { position: 0 }),
    ...listParameters,
  },
  columns: grantColumns,
  call: (given) => list(path`/users/${given.UserId}/oauth2PermissionGrants`, given),
})

export const newMgOauth2PermissionGrant = graphCmdlet({
  name: 'New-MgOauth2PermissionGrant',
  synopsis: 'Consents: lets a client use delegated permissions on a resource.',
  parameters: {
    ClientId: mandatory(text, "The client's service principal."),
    ConsentType: mandatory(choice(['AllPrincipals', 'Principal']), 'For all users, or for the user of -PrincipalId.'),
    PrincipalId: optional(text, 'The user, if the grant is for one user.'),
    ResourceId: mandatory(text, "The resource's service principal."),
    Scope: mandatory(text, 'The permissions, separated by spaces.'),
  },
  columns: grantColumns,
  call: (given) => ({ verb: 'POST', path: '/oauth2PermissionGrants', body: properties(given), answers: 'one' }),
})

export const removeMgOauth2PermissionGrant = graphCmdlet({
  name: 'Remove-MgOauth2PermissionGrant',
  synopsis: 'Removes a delegated permission grant.',
  parameters: {
    OAuth2PermissionGrantId: mandatory(text, 'The id of the grant.', { position: 0 }),
  },
  columns: [],
  call: (given) => ({
    verb: 'DELETE',
    path: path`/oauth2PermissionGrants/${given.OAuth2PermissionGrantId}`,
    answers: 'nothing',
  }),
})

export const updateMgOauth2PermissionGrant = graphCmdlet({
  name: 'Update-MgOauth2PermissionGrant',
  synopsis: 'Sets the delegated permissions of a grant.',
  parameters: {
    OAuth2PermissionGrantId: mandatory(text, 'The id of the grant.', { position: 0 }),
    Scope: mandatory(text, 'The permissions, separated by spaces.'),
  },
  columns: grantColumns,
  call: (given) => ({
    verb: 'PATCH',
    path: path`/oauth2PermissionGrants/${given.OAuth2PermissionGrantId}`,
    body: properties(given, ['OAuth2PermissionGrantId']),
    answers: 'nothing',
  }),
})
