import { distinguishedName } from '../../../../codecs/ldap/distinguished-name.ts'
import type { Guid, TenantId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { ask, askOne, inARow, sql, type Statement, type Statements } from '../../../../storage/engine.ts'
import { otherTarget } from '../../audit/audit-event.ts'
import { addressIn, fold } from '../../names.ts'
import { refuseTakenAddress } from '../../people/user-row.ts'
import { domainsOf } from '../../domains.ts'
import { type SettingListChange, settingsOf } from '../mailboxes/kept-settings.ts'
import { addressesAfter, smtpAddressesIn } from '../recipients/addresses.ts'
import { deliveryOf } from '../recipients/delivery.ts'
import type { DistributionGroup, GroupChange, GroupType } from '../recipients/recipients.ts'

export interface GroupRow {
  readonly guid: Guid
  readonly tenant: TenantId
  readonly object_id: Guid
  readonly sid: string
  readonly name: string
  readonly name_key: string
  readonly alias: string
  readonly alias_key: string
  readonly display_name: string
  readonly display_key: string
  readonly primary_address: string
  readonly addresses: string
  readonly type: GroupType
  readonly hidden: number
  readonly settings: string
  readonly recipient_filter: string | null
  readonly created: number
  readonly changed: number
  /** The tenant's initial domain. */
  readonly domain: string
}

/** Selects groups with the tenant's initial domain. */
export const wholeGroup = sql`select g.*, (select d.name from directory_domain d where d.tenant = g.tenant
    order by d.revision, d.name limit 1) as domain
  from directory_group g`

export function groupOf(row: GroupRow): DistributionGroup {
  const settings = settingsOf(row.settings)
  return {
    guid: row.guid,
    tenant: row.tenant,
    externalDirectoryObjectId: row.object_id,
    sid: row.sid,
    name: row.name,
    alias: row.alias,
    displayName: row.display_name,
    distinguishedName: distinguishedName(row.name, row.domain),
    primarySmtpAddress: row.primary_address,
    emailAddresses: JSON.parse(row.addresses) as string[],
    type: row.type,
    recipientFilter: row.recipient_filter ?? undefined,
    hiddenFromAddressLists: row.hidden === 1,
    settings,
    delivery: deliveryOf(settings, 'group'),
    created: row.created,
    changed: row.changed,
  }
}

export const groupTarget = ({ guid, displayName }: DistributionGroup) => otherTarget(guid, displayName)

/** The properties of a group that the audit log shows. */
export const shownGroup = ({
  name,
  alias,
  displayName,
  primarySmtpAddress,
  emailAddresses,
  type,
  hiddenFromAddressLists,
  recipientFilter,
  settings,
}: DistributionGroup) => ({
  name,
  alias,
  displayName,
  primarySmtpAddress,
  emailAddresses,
  type,
  hiddenFromAddressLists,
  ...(recipientFilter !== undefined && { recipientFilter }),
  ...settings,
})

/** Inside a write. */
export function* groupIn(tenant: TenantId, guid: Guid): Statements<GroupRow> {
  const row = yield* askOne<GroupRow>(inARow(wholeGroup, sql` where g.tenant = ${tenant} and g.guid = ${guid}`))
  return row ?? refuse('no-such-thing', "The group couldn't be found.", { property: 'Identity' })
}

export function* takeAddress(tenant: TenantId, group: Guid, address: string): Statements<void> {
  yield* ask(sql`insert into directory_group_address (tenant, address_key, group_guid)
    values (${tenant}, ${fold(address)}, ${group})`)
}

/** Inside a write: replaces the addresses of a group. The old primary address stays as a secondary one. */
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

const primary = (address: string): SettingListChange => ({ add: [`SMTP:${address}`], remove: [] })

/**
 * Begins a statement: `standing (id)` has the accounts and the security groups that contain them, directly or through
 * other security groups. Groups may contain each other. A distribution group is not a security principal: its members
 * do not get the permissions of a group that contains it.
 */
export const securityGroupsOf = ([first, ...others]: readonly [Guid, ...Guid[]]): Statement =>
  inARow(
    sql`with recursive standing (id) as (select cast(${first} as text)`,
    ...others.map((account) => sql` union select cast(${account} as text)`),
    sql` union select m.group_guid from directory_group_member m
      join directory_group g on g.guid = m.group_guid and g.type = 'Security'
      join standing s on s.id = m.member)`,
  )
