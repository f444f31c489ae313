import { exchangeCmdlet, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

export const getAcceptedDomain = exchangeCmdlet({
  name: 'Get-AcceptedDomain',
  synopsis: 'Lists the domains of the organization, or one.',
  parameters: {
    Identity: optional(text, 'The domain.', { position: 0 }),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'DomainName', 'DomainType', 'Default'],
  names: 'Identity',
})
