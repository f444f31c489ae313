import type { Guid, TenantId } from '../../../../core/ids.ts'
import { ask, sql, type Statements } from '../../../../storage/engine.ts'
import { addressIn, fold } from '../../names.ts'
import { refuseTakenAddress } from '../../people/user-row.ts'
import { domainsOf } from '../../tenants.ts'
import type { ListChange } from '../mailboxes/kept-settings.ts'
import { addressesAfter, smtpAddressesIn } from '../recipients/addresses.ts'
import type { DistributionGroup, GroupChange } from '../recipients/recipients.ts'

export function* takeAddress(tenant: TenantId, group: Guid, address: string): Statements<void> {
  yield* ask(sql`insert into directory_group_address (tenant, address_key, group_guid)
    values (${tenant}, ${fold(address)}, ${group})`)
}

/** Inside a write: the group is found by the addresses that it is given, and by no other. The old primary one stays. */
export function* readdressGroup(
  { tenant, guid, emailAddresses: held }: DistributionGroup,
  { emailAddresses, primarySmtpAddress }: GroupChange,
): Statements<void> {
  const listed = emailAddresses ? addressesAfter(held, emailAddresses) : held
  const wanted = primarySmtpAddress === undefined ? listed : addressesAfter(listed, primary(primarySmtpAddress))
  const domains = yield* domainsOf(tenant)
  const before = new Set(smtpAddressesIn(held).map(fold))
  const after = smtpAddressesIn(wanted)
  const property = primarySmtpAddress === undefined ? 'EmailAddresses' : 'PrimarySmtpAddress'
  for (const address of after) {
    addressIn(domains, address, property)
    if (!before.has(fold(address))) yield* refuseTakenAddress(tenant, address, property)
  }
  yield* ask(sql`delete from directory_group_address where group_guid = ${guid}`)
  for (const address of after) yield* takeAddress(tenant, guid, address)
  yield* ask(sql`update directory_group set primary_address = ${after[0]!}, addresses = ${JSON.stringify(wanted)}
    where guid = ${guid}`)
}

const primary = (address: string): ListChange => ({ add: [`SMTP:${address}`], remove: [] })
