import { getAcceptedDomain as declaration } from '../../../cmdlets/exchange/accepted-domains.ts'
import type { Tenant } from '../../../domain/directory/types.ts'
import { command } from '../command.ts'
import { metadata } from '../objects/metadata.ts'
import type { Output } from '../objects/output.ts'
import { notFound } from '../refusals.ts'

export const getAcceptedDomain = command({
  declaration,
  role: 'Mail Recipients',
  async run({ tenant }, { Identity }) {
    const wanted = Identity?.toLowerCase()
    const chosen = tenant.domains.filter((domain) => wanted === undefined || domain === wanted)
    if (chosen.length === 0) notFound(tenant, Identity ?? '')
    return chosen.map((domain) => acceptedDomainOutput(tenant, domain))
  },
})

/** docs/reference/exchange-admin.md §9.6. Whoever is not here has no mailbox: every domain is authoritative. */
const acceptedDomainOutput = (tenant: Tenant, domain: string): Output => ({
  Name: domain,
  DomainName: domain,
  DomainType: 'Authoritative',
  Default: domain === tenant.domains[0],
  InitialDomain: domain === tenant.domains[0],
  MatchSubDomains: false,
  AddressBookEnabled: true,
  AuthenticationType: 'Managed',
  CatchAllRecipientID: null,
  EmailOnly: false,
  ExternallyManaged: false,
  OutboundOnly: false,
  PendingCompletion: false,
  PendingRemoval: false,
  Identity: domain,
  Id: domain,
  ...metadata(tenant, { name: domain, created: tenant.created, changed: tenant.created }),
  ObjectClass: ['top', 'msExchAcceptedDomain'],
})
