import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { path } from './request.ts'

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
