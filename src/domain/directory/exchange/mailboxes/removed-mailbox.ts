import type { MailboxId, TenantId, UserId } from '../../../../core/ids.ts'
import type { MailboxRecord } from '../../objects.ts'

/**
 * docs/reference/exchange-admin.md §3.1: how long a removed mailbox can be restored. One on hold is always kept.
 */
export const SOFT_DELETED_DAYS = 30

/** A removed mailbox, as it was at the time of its removal. */
export interface RemovedMailbox {
  readonly mailbox: MailboxRecord
  readonly removed: number
}

/** New properties of a restored mailbox. Properties that are absent keep their value. */
export interface Restored {
  readonly name?: string
  readonly displayName?: string
  readonly userPrincipalName?: string
  readonly password?: string
}

export interface RemovedMailboxes {
  /**
   * By Guid, ExchangeGuid, ExternalDirectoryObjectId, name, alias, primary address or userPrincipalName. Refuses
   * `bad-syntax` if several match.
   */
  find(tenant: TenantId, named: string): Promise<RemovedMailbox | undefined>
  /** The most recently removed mailbox that had the address. */
  withAddress(tenant: TenantId, address: string): Promise<RemovedMailbox | undefined>
  /** The most recently removed first. */
  all(tenant: TenantId): Promise<readonly RemovedMailbox[]>
  /** Whether the mailbox is still kept, with its messages. */
  keeps(id: MailboxId): Promise<boolean>
  /** Removes the mailbox and its user. Permissions on it, and those of the user elsewhere, are kept for a restore. */
  remove(tenant: TenantId, id: MailboxId): Promise<void>
  /** Removes the mailbox and keeps the user. */
  disable(tenant: TenantId, id: MailboxId): Promise<void>
  /** The last mailbox of a user who has no mailbox now. */
  ofUser(tenant: TenantId, user: UserId): Promise<RemovedMailbox | undefined>
  /** Refuses `already-exists` if its names are taken. Secondary addresses that are taken are dropped. */
  restore(tenant: TenantId, id: MailboxId, as: Restored): Promise<MailboxRecord>
  /** Removes it permanently. */
  forget(tenant: TenantId, id: MailboxId): Promise<void>
}
