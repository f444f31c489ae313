import { distinguishedName } from '../../../../codecs/ldap/distinguished-name.ts'
import type { Guid, TenantId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { askOne, inARow, sql, type Statements } from '../../../../storage/engine.ts'
import { otherTarget } from '../../audit/audit-event.ts'
import { settingsOf } from '../mailboxes/kept-settings.ts'
import { deliveryOf } from '../recipients/delivery.ts'
import type { DistributionGroup, GroupType } from '../recipients/recipients.ts'

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
  /** The tenant's default one. */
  readonly domain: string
}

/** With the tenant's default domain. */
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

/** What the audit tells of a group. */
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
