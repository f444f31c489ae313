import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choice, text } from '../parameter-type.ts'
import { grantColumns } from './columns.ts'
import { list, listParameters, one, path, properties } from './request.ts'

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

export const getMgUserOauth2PermissionGrant = graphCmdlet({
  name: 'Get-MgUserOauth2PermissionGrant',
  synopsis: 'Shows the delegated permissions that apps were given for one user.',
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
    ConsentType: mandatory(
      choice(['AllPrincipals', 'Principal']),
      'For everybody, or for the one person of -PrincipalId.',
    ),
    PrincipalId: optional(text, 'The user, where it is for one person.'),
    ResourceId: mandatory(text, "The resource's service principal."),
    Scope: mandatory(text, 'The permissions, parted by spaces.'),
  },
  columns: grantColumns,
  call: (given) => ({ verb: 'POST', path: '/oauth2PermissionGrants', body: properties(given), answers: 'one' }),
})

export const removeMgOauth2PermissionGrant = graphCmdlet({
  name: 'Remove-MgOauth2PermissionGrant',
  synopsis: 'Takes delegated permissions back.',
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
    Scope: mandatory(text, 'The permissions, parted by spaces.'),
  },
  columns: grantColumns,
  call: (given) => ({
    verb: 'PATCH',
    path: path`/oauth2PermissionGrants/${given.OAuth2PermissionGrantId}`,
    body: properties(given, ['OAuth2PermissionGrantId']),
    answers: 'nothing',
  }),
})
