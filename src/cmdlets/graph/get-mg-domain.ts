import { graphCmdlet, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { domainColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

export const getMgDomain = graphCmdlet({
  name: 'Get-MgDomain',
  synopsis: 'Shows a domain of the organization, or those there are.',
  parameters: {
    DomainId: optional(text, 'The name of the domain.', { position: 0 }),
    ...listParameters,
  },
  columns: domainColumns,
  names: 'DomainId',
  call: (given) =>
    given.DomainId === undefined ? list('/domains', given) : one(path`/domains/${given.DomainId}`, given),
})
