import { exchangeCmdlet, optional } from '../cmdlet.ts'
import { nullable, switched, text } from '../parameter-type.ts'
import { organizationParameters } from './organization/organization-parameters.ts'
import { transportParameters } from './organization/transport-parameters.ts'

export const getOrganizationConfig = exchangeCmdlet({
  name: 'Get-OrganizationConfig',
  synopsis: 'Shows the settings of the organization.',
  parameters: {
    RetrieveEwsOperationAccessPolicy: optional(
      switched,
      'Accepted, without effect: the settings of Exchange Web Services are always shown.',
    ),
  },
  columns: ['Name', 'DisplayName', 'DefaultAuthenticationPolicy'],
})

export const setOrganizationConfig = exchangeCmdlet({
  name: 'Set-OrganizationConfig',
  synopsis: 'Changes the settings of the organization.',
  parameters: {
    DefaultAuthenticationPolicy: optional(
      nullable(text),
      'The authentication policy of users without one of their own; $null for none.',
    ),
    ...organizationParameters,
  },
  columns: [],
})

export const getTransportConfig = exchangeCmdlet({
  name: 'Get-TransportConfig',
  synopsis: 'Shows the transport settings of the organization.',
  parameters: {},
  columns: ['Name', 'SmtpClientAuthenticationDisabled', 'AllowLegacyTLSClients'],
})

export const setTransportConfig = exchangeCmdlet({
  name: 'Set-TransportConfig',
  synopsis: 'Changes the transport settings of the organization.',
  parameters: transportParameters,
  columns: [],
})
