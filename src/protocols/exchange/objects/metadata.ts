import { distinguishedName } from '../../../codecs/ldap/distinguished-name.ts'
import type { Tenant } from '../../../domain/directory/types.ts'
import type { Output } from './output.ts'

/** The domain that names the tenant's directory: the initial one, whichever domain is the default. */
export const domainOf = (tenant: Tenant): string => tenant.initialDomain

/** The directory server that Exchange names in objects and in errors. */
export const serverOf = (tenant: Tenant): string => `directory.${domainOf(tenant)}`

const unitOf = (tenant: Tenant): string =>
  `${domainOf(tenant)}/Microsoft Exchange Hosted Organizations/${domainOf(tenant)}`

/** The usual directory metadata of an object. */
export function metadata(
  tenant: Tenant,
  { name, created, changed }: { name: string; created: number; changed: number },
): Output {
  return {
    DistinguishedName: distinguishedName(name, domainOf(tenant)),
    ObjectClass: ['top', 'person', 'organizationalPerson', 'user'],
    ObjectCategory: `${domainOf(tenant)}/Configuration/Schema/Person`,
    OrganizationalUnitRoot: domainOf(tenant),
    OrganizationId: unitOf(tenant),
    OriginatingServer: serverOf(tenant),
    ExchangeVersion: '0.20 (15.0.0.0)',
    IsValid: true,
    ObjectState: 'Unchanged',
    WhenCreated: new Date(created),
    WhenCreatedUTC: new Date(created),
    WhenChanged: new Date(changed),
    WhenChangedUTC: new Date(changed),
  }
}
