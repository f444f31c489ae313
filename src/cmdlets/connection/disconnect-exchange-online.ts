import { connectionCmdlet } from '../cmdlet.ts'

export const disconnectExchangeOnline = connectionCmdlet({
  name: 'Disconnect-ExchangeOnline',
  synopsis: 'Forgets what Connect-ExchangeOnline remembered.',
  parameters: {},
  columns: [],
  confirms: true,
})
