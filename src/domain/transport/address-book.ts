import type { AppId, Guid, MailboxId, TenantId } from '../../core/ids.ts'
import type { MailboxRecord, Tenant } from '../directory/types.ts'

/** What mail needs to know of a mailbox. */
export type Addressee = Pick<
  MailboxRecord,
  | 'id'
  | 'tenant'
  | 'externalDirectoryObjectId'
  | 'primarySmtpAddress'
  | 'userPrincipalName'
  | 'emailAddresses'
  | 'mailFlow'
>

/** As much of the directory as mail needs to find its way. */
export interface AddressBook {
  readonly tenants: { find(domain: string): Promise<Pick<Tenant, 'id'> | undefined> }
  readonly mailboxes: {
    byId(id: MailboxId): Promise<Addressee | undefined>
    /** By whatever names it. */
    find(tenant: TenantId, named: string): Promise<Addressee | undefined>
    findByAddress(tenant: TenantId, address: string): Promise<Addressee | undefined>
  }
  readonly groups: {
    findByAddress(tenant: TenantId, address: string): Promise<{ readonly guid: Guid } | undefined>
    /** None where there is no such group. */
    mailboxesIn(group: Guid): Promise<readonly MailboxId[]>
    /** The accounts, and the security groups that they are in. */
    standing(accounts: readonly [Guid, ...Guid[]]): Promise<ReadonlySet<Guid>>
  }
  readonly sendAs: { allowed(mailbox: MailboxId, accounts: readonly [Guid, ...Guid[]]): Promise<boolean> }
  readonly exchange: { findByAppId(tenant: TenantId, appId: AppId): Promise<{ readonly guid: Guid } | undefined> }
}

/** The form in which addresses are compared, as the directory does. */
const fold = (address: string): string => address.normalize('NFC').toLowerCase()

/** Whether an address is one of the mailbox's own. */
export function holds({ primarySmtpAddress, userPrincipalName, emailAddresses }: Addressee, address: string): boolean {
  const proxies = emailAddresses.filter((it) => /^smtp:/i.test(it)).map((it) => it.slice('smtp:'.length))
  return [primarySmtpAddress, userPrincipalName, ...proxies].some((own) => fold(own) === fold(address))
}

/** What stands behind the last at sign. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)
