import { graphCmdlet, mandatory } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { grantColumns } from './columns.ts'
import { list, listParameters, path } from './request.ts'

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
