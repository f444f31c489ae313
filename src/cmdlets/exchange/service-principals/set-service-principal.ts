import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { boolean, text } from '../../parameter-type.ts'

export const setServicePrincipal = exchangeCmdlet({
  name: 'Set-ServicePrincipal',
  synopsis:
    'Changes how Exchange shows a service principal. Its AppId and ObjectId stay: remove it and make another for those.',
  parameters: {
    Identity: mandatory(text, 'Its ObjectId, AppId, Guid, Sid or display name.', { position: 0 }),
    DisplayName: optional(text, 'The name that people see.'),
    OverrideEnforceExoAppRbacPermissions: optional(boolean, 'Kept and shown, without effect.'),
  },
  columns: [],
})
