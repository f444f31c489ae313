import { posternCmdlet } from '../cmdlet.ts'
import { signingKeyColumns, signingKeys } from './signing-keys.ts'

export const getSigningKey = posternCmdlet({
  name: 'Get-SigningKey',
  synopsis: 'Shows the keys that sign tokens, the one that signs last first.',
  parameters: {},
  columns: signingKeyColumns,
  call: () => ({ verb: 'GET', path: signingKeys, answers: 'many' }),
})
