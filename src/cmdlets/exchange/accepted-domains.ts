import { exchangeCmdlet, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

export const getAcceptedDomain = exchangeCmdlet({
  name: 'Get-AcceptedDomain',
  synopsis: 'Shows a domain in which the organization has addresses, or all of them.',
  parameters: {
    Identity: optional(text, 'The domain.', { position: 0 }),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'DomainName', 'DomainType', 'Default'],
  names: 'Identity',
})
