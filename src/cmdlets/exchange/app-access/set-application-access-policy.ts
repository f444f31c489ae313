import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'
import { policyIdentity } from './app-access.ts'

export const setApplicationAccessPolicy = exchangeCmdlet({
  name: 'Set-ApplicationAccessPolicy',
  synopsis: 'Changes the description of an application access policy; for anything else it is made again.',
  parameters: {
    Identity: mandatory(text, policyIdentity, { position: 0 }),
    Description: optional(text, 'A text of your own.'),
  },
  columns: [],
})
