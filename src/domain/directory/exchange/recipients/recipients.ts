import type { Guid, MailboxId, TenantId, UserId } from '../../../../core/ids.ts'
import type { MailboxRecord, Trustee } from '../../objects.ts'
import type { DeliverySettings } from './delivery.ts'
import type { StoredSettings, SettingListChange, SettingsChange } from '../mailboxes/kept-settings.ts'

/** `Security` groups can have permissions, and can be the scope of a policy. */
export type GroupType = 'Distribution' | 'Security'

/** docs/reference/exchange-admin.md §7: mailboxes under one address. A group can be a scope. */
export interface DistributionGroup {
  /** Guid and ExchangeObjectId. */
  readonly guid: Guid
  readonly tenant: TenantId
  readonly externalDirectoryObjectId: Guid
  readonly sid: string
  readonly name: string
  readonly alias: string
  readonly displayName: string
  readonly distinguishedName: string
  readonly primarySmtpAddress: string
  /** Every address with its prefix; `SMTP:` marks the primary one. */
  readonly emailAddresses: readonly string[]
  readonly type: GroupType
  /** The filter of a dynamic group in OPATH. Its members are the mailboxes that match at the time of the query. */
  readonly recipientFilter: string | undefined
  readonly hiddenFromAddressLists: boolean
  /** The settings by their names in Exchange, and those of them that affect mail delivery. */
  readonly settings: StoredSettings
  readonly delivery: DeliverySettings
  readonly created: number
  readonly changed: number
}

export interface NewGroup {
  readonly name: string
  readonly alias: string
  readonly displayName: string
  readonly primarySmtpAddress: string
  readonly type: GroupType
  readonly settings?: SettingsChange
  /** Makes it a dynamic group, which has no members of its own. */
  readonly recipientFilter?: string
  /** The initial members. */
  readonly members: readonly GroupMember[]
}

/** Properties that are absent keep their value. */
export interface GroupChange {
  readonly name?: string
  readonly alias?: string
  readonly displayName?: string
  readonly primarySmtpAddress?: string
  readonly emailAddresses?: SettingListChange
  readonly settings?: SettingsChange
  readonly hiddenFromAddressLists?: boolean
  /** Only for a dynamic group. */
  readonly recipientFilter?: string
}

export type GroupMember =
  | { readonly kind: 'mailbox'; readonly mailbox: MailboxRecord }
  | { readonly kind: 'group'; readonly group: DistributionGroup }

export interface DistributionGroups {
  /** By Guid, ExternalDirectoryObjectId, SID, distinguished name, name, alias, address or display name. */
  find(tenant: TenantId, named: string): Promise<DistributionGroup | undefined>
  findByAddress(tenant: TenantId, address: string): Promise<DistributionGroup | undefined>
  all(tenant: TenantId): Promise<readonly DistributionGroup[]>
  create(tenant: TenantId, group: NewGroup): Promise<DistributionGroup>
  update(tenant: TenantId, guid: Guid, change: GroupChange): Promise<DistributionGroup>
  remove(tenant: TenantId, guid: Guid): Promise<void>
  /** The mailboxes that a dynamic group with this filter would have. Refuses `bad-syntax`. */
  fitting(tenant: TenantId, recipientFilter: string): Promise<readonly MailboxRecord[]>
  /** The direct members, without those of nested groups. */
  members(group: DistributionGroup): Promise<readonly GroupMember[]>
  /** Finds a possible member by any of its names. */
  memberNamed(tenant: TenantId, named: string): Promise<GroupMember | undefined>
  /** Refuses `already-exists` for a member, and `wrong-state` if the group is dynamic. */
  addMember(group: DistributionGroup, member: GroupMember): Promise<void>
  /** Refuses `no-such-thing` if the recipient is not a member. */
  removeMember(group: DistributionGroup, member: GroupMember): Promise<void>
  /** The groups of which the user of a mailbox is a direct member. */
  of(tenant: TenantId, user: UserId): Promise<readonly DistributionGroup[]>
  /** The group itself, if it exists, and all its nested groups. */
  groupsIn(group: Guid): Promise<readonly DistributionGroup[]>
  /** Every mailbox that gets mail for the group, including nested groups except those in `closed`. */
  mailboxesIn(group: Guid, closed?: readonly Guid[]): Promise<readonly MailboxId[]>
  /** Whether the user of a mailbox is in the group, directly or through nested groups. */
  holds(group: Guid, user: UserId): Promise<boolean>
  /** The accounts and the security groups that contain them, directly or through other security groups. */
  standing(accounts: readonly [Guid, ...Guid[]]): Promise<ReadonlySet<Guid>>
}

/**
 * docs/reference/exchange-admin.md §2.4: allows or denies sending as a mailbox. Opening it is another permission.
 */
export interface SendAsPermission {
  readonly trustee: Trustee
  readonly deny: boolean
}

export interface SendAsPermissions {
  /** `NT AUTHORITY\SELF` first. */
  on(mailbox: MailboxId): Promise<readonly SendAsPermission[]>
  /**
   * Whether one of the accounts is allowed to send as the mailbox and none is denied it, directly or through a security
   * group. Users are given by their ids, service principals by their Guids in Exchange.
   */
  allowed(mailbox: MailboxId, accounts: readonly [Guid, ...Guid[]]): Promise<boolean>
  /** `changed` is false if the entry existed already. */
  add(mailbox: MailboxRecord, permission: SendAsPermission): Promise<{ readonly changed: boolean }>
  /** `changed` is false if the entry did not exist. */
  remove(mailbox: MailboxRecord, permission: SendAsPermission): Promise<{ readonly changed: boolean }>
}
