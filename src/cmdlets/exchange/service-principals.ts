import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, text } from '../parameter-type.ts'
import { servicePrincipalColumns } from './columns.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

export const getServicePrincipal = exchangeCmdlet({
  name: 'Get-ServicePrincipal',
  synopsis: 'Shows the service principals that Exchange is aware of.',
  parameters: {
    Identity: optional(text, 'One of them: its ObjectId, AppId, Guid, Sid or display name.', { position: 0 }),
    Organization: optional(text, 'Accepted, without effect.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: servicePrincipalColumns,
  names: 'Identity',
})

export const newServicePrincipal = exchangeCmdlet({
  name: 'New-ServicePrincipal',
  synopsis: "Makes Exchange aware of an app's service principal.",
  parameters: {
    AppId: mandatory(text, "The app's client id."),
    ObjectId: mandatory(
      text,
      "The id of the app's service principal (the enterprise application), which is not the id of the app. A wrong one is accepted; sign-in then fails.",
      { aliases: ['ServiceId'] },
    ),
    DisplayName: optional(text, 'The name that people see.'),
    Organization: optional(text, 'Accepted, without effect.'),
  },
  columns: servicePrincipalColumns,
})

export const removeServicePrincipal = exchangeCmdlet({
  name: 'Remove-ServicePrincipal',
  synopsis: 'Makes Exchange forget a service principal, and what it was granted.',
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
    'Changes how Exchange shows a service principal. Its AppId and ObjectId stay: remove it and make another for those.',
  parameters: {
    Identity: mandatory(text, 'Its ObjectId, AppId, Guid, Sid or display name.', { position: 0 }),
    DisplayName: optional(text, 'The name that people see.'),
    OverrideEnforceExoAppRbacPermissions: optional(boolean, 'Kept and shown, without effect.'),
  },
  columns: [],
})
