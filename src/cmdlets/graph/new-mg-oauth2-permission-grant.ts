import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choice, text } from '../parameter-type.ts'
import { grantColumns } from './columns.ts'
import { properties } from './request.ts'

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
