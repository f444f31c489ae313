import type { Tenant } from '../../../domain/directory/types.ts'
import { dateTime, type Shape } from './shape.ts'

export const organizationShape: Shape<Tenant> = {
  type: 'organization',
  place: (tenant) => tenant,
  properties: {
    id: (tenant) => tenant.id,
    createdDateTime: (tenant) => dateTime(tenant.created),
    displayName: (tenant) => tenant.displayName,
    tenantType: () => 'AAD',
    verifiedDomains: (tenant) =>
      tenant.domains.map((name, place) => ({
        capabilities: 'Email',
        isDefault: place === 0,
        isInitial: place === 0,
        name,
        type: 'Managed',
      })),
  },
}
