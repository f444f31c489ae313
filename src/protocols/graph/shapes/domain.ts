import type { TenantDomain } from '../../../domain/directory/types.ts'
import type { Shape } from './shape.ts'

/** A domain, its position among the tenant's domains, and whether a domain above it is the tenant's too. */
export interface ShownDomain extends TenantDomain {
  readonly position: number
  readonly isSubdomain: boolean
}

export const shownDomains = (all: readonly TenantDomain[]): readonly ShownDomain[] =>
  all.map((domain, position) => ({
    ...domain,
    position,
    isSubdomain: all.some((other) => other.isVerified && domain.name.endsWith(`.${other.name}`)),
  }))

export const domainShape: Shape<ShownDomain> = {
  type: 'domain',
  position: ({ name, position }) => ({ created: position, id: name }),
  properties: {
    id: ({ name }) => name,
    authenticationType: () => 'Managed',
    isAdminManaged: () => true,
    isDefault: ({ isDefault }) => isDefault,
    isInitial: ({ isInitial }) => isInitial,
    isRoot: ({ isVerified, isSubdomain }) => isVerified && !isSubdomain,
    isVerified: ({ isVerified }) => isVerified,
    supportedServices: ({ isVerified }) => (isVerified ? ['Email'] : []),
  },
}

interface VerificationRecord {
  readonly name: string
  readonly text: string
}

/** Graph's domainDnsTxtRecord. */
export const dnsRecordShape: Shape<VerificationRecord> = {
  type: 'domainDnsTxtRecord',
  position: ({ name }) => ({ created: 0, id: name }),
  properties: {
    id: ({ name }) => name,
    isOptional: () => false,
    label: ({ name }) => name,
    recordType: () => 'Txt',
    supportedService: () => '',
    ttl: () => 3600,
    text: ({ text }) => text,
  },
}
