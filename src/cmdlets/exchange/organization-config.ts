import { exchangeCmdlet, optional } from '../cmdlet.ts'
import { nullable, switched, text } from '../parameter-type.ts'
import { organizationParameters } from './organization/organization-parameters.ts'
import { transportParameters } from './organization/transport-parameters.ts'

export const getOrganizationConfig = exchangeCmdlet({
  name: 'Get-OrganizationConfig',
  synopsis: 'Shows what holds for the whole organization.',
  parameters: {
    RetrieveEwsOperationAccessPolicy: optional(
      switched,
      'Accepted, without effect: what is known of Exchange Web Services is always told.',
    ),
  },
  columns: ['Name', 'DisplayName', 'DefaultAuthenticationPolicy'],
})

export const setOrganizationConfig = exchangeCmdlet({
  name: 'Set-OrganizationConfig',
  synopsis: 'Changes what holds for the whole organization.',
  parameters: {
    DefaultAuthenticationPolicy: optional(
      nullable(text),
      'The authentication policy of all users who have none of their own; $null for none.',
    ),
    ...organizationParameters,
  },
  columns: [],
})

export const getTransportConfig = exchangeCmdlet({
  name: 'Get-TransportConfig',
  synopsis: 'Shows how the whole organization sends mail.',
  parameters: {},
  columns: ['Name', 'SmtpClientAuthenticationDisabled', 'AllowLegacyTLSClients'],
})

export const setTransportConfig = exchangeCmdlet({
  name: 'Set-TransportConfig',
  synopsis: 'Changes how the whole organization sends mail.',
  parameters: transportParameters,
  columns: [],
})
