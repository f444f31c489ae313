import type { Tenant } from '../../../domain/directory/types.ts'
import { dateTime, type Shape } from './shape.ts'

export const organizationShape: Shape<Tenant> = {
  type: 'organization',
  position: (tenant) => tenant,
  properties: {
    id: (tenant) => tenant.id,
    createdDateTime: (tenant) => dateTime(tenant.created),
    displayName: (tenant) => tenant.displayName,
    tenantType: () => 'AAD',
    verifiedDomains: (tenant) =>
      tenant.domains.map((name, position) => ({
        capabilities: 'Email',
        isDefault: position === 0,
        isInitial: name === tenant.initialDomain,
        name,
        type: 'Managed',
      })),
  },
}
