import type { MailboxId, TenantId, UserId } from '../../../../core/ids.ts'
import type { MailboxRecord } from '../../objects.ts'

/**
 * docs/reference/exchange-admin.md §3.1: how long a mailbox that was removed can be had back; one on hold, for ever.
 */
export const SOFT_DELETED_DAYS = 30

/** A mailbox that was removed, as it was then. */
export interface RemovedMailbox {
  readonly mailbox: MailboxRecord
  readonly removed: number
}

/** What it comes back as; what is absent is as it was. */
export interface Restored {
  readonly name?: string
  readonly displayName?: string
  readonly userPrincipalName?: string
  readonly password?: string
}

export interface RemovedMailboxes {
  /**
   * By Guid, ExchangeGuid, ExternalDirectoryObjectId, name, alias, primary address or userPrincipalName. Refuses `bad-syntax`
   * when several are called so.
   */
  find(tenant: TenantId, named: string): Promise<RemovedMailbox | undefined>
  /** The latest that mail to the address came to. */
  withAddress(tenant: TenantId, address: string): Promise<RemovedMailbox | undefined>
  /** The latest first. */
  all(tenant: TenantId): Promise<readonly RemovedMailbox[]>
  /** Whether what it holds is still wanted. */
  keeps(id: MailboxId): Promise<boolean>
  /** The mailbox and its user are gone for everybody; what was permitted on it, and to the user elsewhere, waits with them. */
  remove(tenant: TenantId, id: MailboxId): Promise<void>
  /** The user stays, and has no mailbox. */
  disable(tenant: TenantId, id: MailboxId): Promise<void>
  /** The latest that the user had, while he has none. */
  ofUser(tenant: TenantId, user: UserId): Promise<RemovedMailbox | undefined>
  /** Refuses `already-exists` when another has its names by now; other addresses that another has it does without. */
  restore(tenant: TenantId, id: MailboxId, as: Restored): Promise<MailboxRecord>
  /** It cannot be had back. */
  forget(tenant: TenantId, id: MailboxId): Promise<void>
}
