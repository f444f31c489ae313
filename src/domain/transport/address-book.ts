import type { AppId, Guid, MailboxId, TenantId, UserId } from '../../core/ids.ts'
import type { DistributionGroup, MailboxRecord, Tenant } from '../directory/types.ts'

/** The properties of a mailbox that mail flow reads. */
export type ResolvedRecipient = Pick<
  MailboxRecord,
  'id' | 'tenant' | 'externalDirectoryObjectId' | 'primarySmtpAddress' | 'mailFlow'
>

/** And of a group. */
export type AddressedGroup = Pick<DistributionGroup, 'guid' | 'tenant' | 'primarySmtpAddress' | 'delivery'>

/** As much of the directory as mail needs to find its way. */
export interface AddressBook {
  readonly tenants: { find(domain: string): Promise<Pick<Tenant, 'id'> | undefined> }
  readonly mailboxes: {
    byId(id: MailboxId): Promise<ResolvedRecipient | undefined>
    /** By whatever names it. */
    find(tenant: TenantId, named: string): Promise<ResolvedRecipient | undefined>
    findByAddress(tenant: TenantId, address: string): Promise<ResolvedRecipient | undefined>
  }
  readonly groups: {
    findByAddress(tenant: TenantId, address: string): Promise<{ readonly guid: Guid } | undefined>
    /** With the group itself; none where there is no such group. */
    groupsIn(group: Guid): Promise<readonly AddressedGroup[]>
    /** None where there is no such group. */
    mailboxesIn(group: Guid, closed?: readonly Guid[]): Promise<readonly MailboxId[]>
    holds(group: Guid, user: UserId): Promise<boolean>
    /** The accounts, and the security groups that they are in. */
    standing(accounts: readonly [Guid, ...Guid[]]): Promise<ReadonlySet<Guid>>
  }
  readonly sendAs: { allowed(mailbox: MailboxId, accounts: readonly [Guid, ...Guid[]]): Promise<boolean> }
  readonly exchange: { findByAppId(tenant: TenantId, appId: AppId): Promise<{ readonly guid: Guid } | undefined> }
}

/** Returns the part of an address after the last at sign. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)
