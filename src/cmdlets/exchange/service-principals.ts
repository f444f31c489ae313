import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, text } from '../parameter-type.ts'
import { servicePrincipalColumns } from './columns.ts'
import { resultSize, resultSizeMeaning } from './parameter-types.ts'

export const getServicePrincipal = exchangeCmdlet({
  name: 'Get-ServicePrincipal',
  synopsis: 'Lists the Exchange service principals, or one.',
  parameters: {
    Identity: optional(text, 'The service principal: its ObjectId, AppId, Guid, Sid or display name.', { position: 0 }),
    Organization: optional(text, 'Accepted, without effect.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: servicePrincipalColumns,
  names: 'Identity',
})

export const newServicePrincipal = exchangeCmdlet({
  name: 'New-ServicePrincipal',
  synopsis: 'Creates the Exchange service principal of an app.',
  parameters: {
    AppId: mandatory(text, "The app's client id."),
    ObjectId: mandatory(
      text,
      "The id of the app's service principal (the enterprise application), not the id of the app. A wrong id is accepted, and sign-in fails later.",
      { aliases: ['ServiceId'] },
    ),
    DisplayName: optional(text, 'The display name.'),
    Organization: optional(text, 'Accepted, without effect.'),
  },
  columns: servicePrincipalColumns,
})

export const removeServicePrincipal = exchangeCmdlet({
  name: 'Remove-ServicePrincipal',
  synopsis: 'Removes an Exchange service principal and its permissions.',
  parameters: {
    Identity: mandatory(text, 'Its ObjectId, AppId, Guid, Sid or display name.', { position: 0 }),
  },
  columns: [],
  confirms: true,
  undo: () => 'run New-ServicePrincipal with its AppId and ObjectId, then grant its mailbox permissions again.',
})

export const setServicePrincipal = exchangeCmdlet({
  name: 'Set-ServicePrincipal',
  synopsis:
    'Changes the display name of an Exchange service principal. To change its AppId or ObjectId, remove it and create another.',
  parameters: {
    Identity: mandatory(text, 'Its ObjectId, AppId, Guid, Sid or display name.', { position: 0 }),
    DisplayName: optional(text, 'The display name.'),
    OverrideEnforceExoAppRbacPermissions: optional(boolean, 'Stored and shown, without effect.'),
  },
  columns: [],
})
