import type { Guid, MailboxId, TenantId, UserId } from '../../../../core/ids.ts'
import type { MailboxRecord, Trustee } from '../../objects.ts'
import type { DeliverySettings } from './delivery.ts'
import type { StoredSettings, SettingListChange, SettingsChange } from '../mailboxes/kept-settings.ts'

/** `Security` groups can be given permissions, and be the scope of a policy. */
export type GroupType = 'Distribution' | 'Security'

/** docs/reference/exchange-admin.md §7: mailboxes under one address, and what a scope can be. */
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
  /** Of a dynamic group, whose members are the mailboxes that it tells, as they are when it is asked; in OPATH. */
  readonly recipientFilter: string | undefined
  readonly hiddenFromAddressLists: boolean
  /** What was set for it by the names that Exchange has, and what of that mail obeys. */
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
  /** Makes it a dynamic one, without members of its own. */
  readonly recipientFilter?: string
  /** Who is in it from the beginning. */
  readonly members: readonly GroupMember[]
}

/** What is absent stays. */
export interface GroupChange {
  readonly name?: string
  readonly alias?: string
  readonly displayName?: string
  readonly primarySmtpAddress?: string
  readonly emailAddresses?: SettingListChange
  readonly settings?: SettingsChange
  readonly hiddenFromAddressLists?: boolean
  /** Of a dynamic group. */
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
  /** Its own members, not those of groups in it. */
  members(group: DistributionGroup): Promise<readonly GroupMember[]>
  /** What a text names as a member. */
  memberNamed(tenant: TenantId, named: string): Promise<GroupMember | undefined>
  /** Refuses `already-exists` for one who is in it, and `wrong-state` where the group is a dynamic one. */
  addMember(group: DistributionGroup, member: GroupMember): Promise<void>
  /** Refuses `no-such-thing` for one who is not in it. */
  removeMember(group: DistributionGroup, member: GroupMember): Promise<void>
  /** The groups that the user behind a mailbox is in by themselves, not through another group. */
  of(tenant: TenantId, user: UserId): Promise<readonly DistributionGroup[]>
  /** The group itself, if it is there, and the groups in it, and in those. */
  groupsIn(group: Guid): Promise<readonly DistributionGroup[]>
  /** Every mailbox that mail to the group comes to, through groups in it too, but for those that are closed. */
  mailboxesIn(group: Guid, closed?: readonly Guid[]): Promise<readonly MailboxId[]>
  /** Whether the user behind a mailbox is in the group, through groups in it too. */
  holds(group: Guid, user: UserId): Promise<boolean>
  /** The accounts, and the security groups that they are in, through security groups in them too: as whom they may act. */
  standing(accounts: readonly [Guid, ...Guid[]]): Promise<ReadonlySet<Guid>>
}

/**
 * docs/reference/exchange-admin.md §2.4: who may send as a mailbox, or is denied it. Opening it is another permission.
 */
export interface SendAsPermission {
  readonly trustee: Trustee
  readonly deny: boolean
}

export interface SendAsPermissions {
  /** `NT AUTHORITY\SELF` first. */
  on(mailbox: MailboxId): Promise<readonly SendAsPermission[]>
  /**
   * Whether any of those, users by their ids and service principals by Exchange's Guids, may, and none is denied it,
   * by themselves or through a security group.
   */
  allowed(mailbox: MailboxId, accounts: readonly [Guid, ...Guid[]]): Promise<boolean>
  /** `changed` is false where there was such an entry. */
  add(mailbox: MailboxRecord, permission: SendAsPermission): Promise<{ readonly changed: boolean }>
  /** `changed` is false where there was no such entry. */
  remove(mailbox: MailboxRecord, permission: SendAsPermission): Promise<{ readonly changed: boolean }>
}
