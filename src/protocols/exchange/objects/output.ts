import { distinguishedName } from '../../../codecs/ldap/distinguished-name.ts'
import { pick } from '../../../core/pick.ts'
import type { Tenant } from '../../../domain/directory/types.ts'

export type PropertyValue = string | number | boolean | null | Date | readonly string[]

/** An object as a cmdlet puts it out, before it is written for the wire. */
export type Output = Readonly<Record<string, PropertyValue>>

const guids = new Set(['Guid', 'ExchangeGuid', 'ExchangeObjectId', 'MessageTraceId'])

/**
 * docs/reference/exchange-admin.md §9.2: values in JSON, with the annotations of those whose type JSON does not tell.
 */
export function written(output: Output, selected: readonly string[] | undefined): Record<string, unknown> {
  const whole = Object.fromEntries(Object.entries(output).flatMap(([name, value]) => annotated(name, value)))
  return selected ? chosenMembers(whole, selected) : whole
}

/** The members of these names, in any letter case, each with its annotations. */
export function chosenMembers(
  record: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  const requested = new Set(names.map((name) => name.toLowerCase()))
  return pick(record, (name) => requested.has(name.split('@')[0]!.toLowerCase()))
}

function annotated(name: string, value: PropertyValue): [string, unknown][] {
  if (value instanceof Date) {
    return [
      [`${name}@data.type`, 'System.DateTime'],
      [name, value.toISOString().replace('Z', '0000+00:00')],
    ]
  }
  if (Array.isArray(value)) {
    return [
      [`${name}@odata.type`, '#Collection(String)'],
      [name, value],
    ]
  }
  const type = typeName(name, value)
  return type === undefined
    ? [[name, value]]
    : [
        [`${name}@data.type`, type],
        [name, value],
      ]
}

function typeName(name: string, value: PropertyValue): string | undefined {
  if (Number.isSafeInteger(value)) return Math.abs(Number(value)) < 2 ** 31 ? 'System.Int32' : 'System.Int64'
  return guids.has(name) && value !== null ? 'System.Guid' : undefined
}

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
