import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { grantColumns } from './columns.ts'
import { path, properties } from './request.ts'

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
