import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'

export const testServicePrincipalAuthorization = exchangeCmdlet({
  name: 'Test-ServicePrincipalAuthorization',
  synopsis:
    'Tells what the roles of an app allow, and whether a mailbox is in their scope; consents are not among them.',
  parameters: {
    Identity: mandatory(text, 'A service principal that Exchange is aware of: its ObjectId, AppId or display name.', {
      position: 0,
    }),
    Resource: optional(text, 'A mailbox to be looked for in the scopes.'),
  },
  columns: ['RoleName', 'GrantedPermissions', 'AllowedResourceScope', 'ScopeType', 'InScope'],
})
