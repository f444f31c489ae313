import { exchangeCmdlet } from '../../cmdlet.ts'
import { transportParameters } from './transport-parameters.ts'

export const setTransportConfig = exchangeCmdlet({
  name: 'Set-TransportConfig',
  synopsis: 'Changes how the whole organization sends mail.',
  parameters: transportParameters,
  columns: [],
})
