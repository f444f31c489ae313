import { connectionCmdlet } from '../cmdlet.ts'

export const getConnectionInformation = connectionCmdlet({
  name: 'Get-ConnectionInformation',
  synopsis: 'Shows which server, which tenant and which app the cmdlets that follow will use, and who said so.',
  parameters: {},
  columns: ['Name', 'State', 'ConnectionUri', 'Organization', 'AppId', 'TokenExpiryTimeUTC', 'Origin'],
})
