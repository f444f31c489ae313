import { exchangeCmdlet } from '../../cmdlet.ts'

export const getTransportConfig = exchangeCmdlet({
  name: 'Get-TransportConfig',
  synopsis: 'Shows how the whole organization sends mail.',
  parameters: {},
  columns: ['Name', 'SmtpClientAuthenticationDisabled', 'AllowLegacyTLSClients'],
})
