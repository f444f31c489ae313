import type { Tenant } from '../../../domain/directory/types.ts'
import { metadata } from './metadata.ts'
import type { Output } from './output.ts'

/** contract/exchange-admin §9.6. Whoever is not here has no mailbox: every domain is authoritative. */
export const acceptedDomainOutput = (tenant: Tenant, domain: string): Output => ({
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
