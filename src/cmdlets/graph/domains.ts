import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { switched, text } from '../parameter-type.ts'
import { dnsRecordColumns, domainColumns } from './columns.ts'
import { list, listParameters, one, path } from './request.ts'

const domainId = mandatory(text, 'The name of the domain.', { position: 0 })

export const getMgDomain = graphCmdlet({
  name: 'Get-MgDomain',
  synopsis: 'Shows one domain of the organization, or all.',
  parameters: {
    DomainId: optional(text, 'The name of the domain.', { position: 0 }),
    ...listParameters,
  },
  columns: domainColumns,
  names: 'DomainId',
  call: (given) =>
    given.DomainId === undefined ? list('/domains', given) : one(path`/domains/${given.DomainId}`, given),
})

export const getMgDomainVerificationDnsRecord = graphCmdlet({
  name: 'Get-MgDomainVerificationDnsRecord',
  synopsis: 'Shows the TXT record that proves the ownership of a domain to Confirm-MgDomain.',
  parameters: { DomainId: domainId, ...listParameters },
  columns: dnsRecordColumns,
  call: (given) => list(path`/domains/${given.DomainId}/verificationDnsRecords`, given),
})

export const newMgDomain = graphCmdlet({
  name: 'New-MgDomain',
  synopsis: 'Adds a domain to the organization; Confirm-MgDomain verifies it.',
  parameters: { Id: mandatory(text, 'The domain, such as: contoso.com', { position: 0 }) },
  columns: domainColumns,
  call: ({ Id: id }) => ({ verb: 'POST', path: '/domains', body: { id }, answers: 'one' }),
})

export const confirmMgDomain = graphCmdlet({
  name: 'Confirm-MgDomain',
  synopsis: 'Verifies that the organization owns a domain: from then on it may have addresses in it.',
  parameters: { DomainId: domainId },
  columns: domainColumns,
  call: (given) => ({ verb: 'POST', path: path`/domains/${given.DomainId}/verify`, answers: 'one' }),
})

export const updateMgDomain = graphCmdlet({
  name: 'Update-MgDomain',
  synopsis: 'Makes a domain the default one, in which new users get their names.',
  parameters: { DomainId: domainId, IsDefault: mandatory(switched, 'The domain becomes the default one.') },
  columns: [],
  call: ({ DomainId, IsDefault: isDefault }) => ({
    verb: 'PATCH',
    path: path`/domains/${DomainId}`,
    body: { isDefault },
    answers: 'nothing',
  }),
})

export const removeMgDomain = graphCmdlet({
  name: 'Remove-MgDomain',
  synopsis: 'Removes a domain in which nobody has a name or an address.',
  parameters: { DomainId: domainId },
  columns: [],
  confirms: true,
  undo: ({ DomainId }) => `New-MgDomain ${String(DomainId)}; Confirm-MgDomain ${String(DomainId)}`,
  call: (given) => ({ verb: 'DELETE', path: path`/domains/${given.DomainId}`, answers: 'nothing' }),
})
