import type { Tenant } from '../../../domain/directory/types.ts'
import type { Output } from './output.ts'

/** The tenant's default domain. */
export const domainOf = (tenant: Tenant): string => tenant.domains[0] ?? tenant.id

/** The directory server that Exchange names in objects and in errors. */
export const serverOf = (tenant: Tenant): string => `directory.${domainOf(tenant)}`

const unitOf = (tenant: Tenant): string =>
  `${domainOf(tenant)}/Microsoft Exchange Hosted Organizations/${domainOf(tenant)}`

/** RFC 4514 §2.4: what would end an attribute value is escaped. */
const escaped = (value: string): string => value.replace(/[,+"\\<>;=#]/g, (it) => `\\${it}`)

/** The usual directory metadata of an object. */
export function metadata(
  tenant: Tenant,
  { name, created, changed }: { name: string; created: number; changed: number },
): Output {
  const components = domainOf(tenant)
    .split('.')
    .map((part) => `DC=${escaped(part)}`)
  return {
    DistinguishedName: `CN=${escaped(name)},OU=${escaped(domainOf(tenant))},OU=Microsoft Exchange Hosted Organizations,${components.join(',')}`,
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
