import type { Job } from '../../core/jobs.ts'
import type { FolderId, MailboxId } from '../../core/ids.ts'
import type { Write } from '../../storage/engine.ts'
import type { UploadAuthority } from './upload-types.ts'
import type { Mailbox, NewMessage, Quota, QuotaLimits, SpecialUse } from './types.ts'

/** A message to deliver into a mailbox. */
export interface Delivery {
  readonly mailbox: MailboxId
  /** The inbox, or the folder with that special use. Without such a folder, the message is not stored. */
  readonly to: 'inbox' | SpecialUse
  /** If several deliveries share the object, it is stored once. It has no keywords. */
  readonly message: NewMessage
}

/** Opens mailboxes and delivers into them. Only access and transport hold one. */
export interface MailStore {
  /** Creates the mailbox with its well-known folders if it does not exist. */
  open(id: MailboxId, revoked: AbortSignal): Promise<Mailbox>
  /**
   * Delivers into all mailboxes or into none. Resolves when the messages are durable and every open index has applied
   * them. Refuses `gone` if `revoked` is aborted or a mailbox was erased in the meantime, and `too-big`.
   */
  deliver(deliveries: readonly Delivery[], revoked: AbortSignal): Promise<void>
  /**
   * Sets the limits of a mailbox; undefined means the common limit. Existing messages stay. With `write` it is part of
   * a larger transaction.
   */
  setQuota(id: MailboxId, limits: QuotaLimits, write?: Write): Promise<void>
  /** The limits of mailboxes: their own, or the common ones. */
  quotaLimits(ids: readonly MailboxId[]): Promise<ReadonlyMap<MailboxId, QuotaLimits>>
  /** Usage and limits of mailboxes. */
  quotas(ids: Iterable<MailboxId>): Promise<ReadonlyMap<MailboxId, Quota>>
  /** Returns true if `level` is above the stored quota level of the mailbox, and stores it. 0 means not near. */
  isNearerToQuota(id: MailboxId, level: number): Promise<boolean>
  readonly recoverable: Recoverable
  /** The session that a URL names; undefined if it is gone. */
  upload(id: string): Promise<UploadAuthority | undefined>
  /** When the messages in a mailbox's folders were received, for folders that hold messages. */
  received(id: MailboxId): Promise<ReadonlyMap<FolderId, ReceivedRange>>
  /** Deletes everything of a mailbox. With `write` it is part of a larger transaction. */
  erase(id: MailboxId, write?: Write): Promise<void>
  /** The work of the store that runs on a clock; the program starts it. */
  readonly jobs: readonly Job[]
  /** Counters of background work since the start. */
  readonly work: MailWork
  /** Resolves when background work is finished. To be called before the engine closes. */
  settled(): Promise<void>
}

/** When the first and the last message of a folder were received. */
export interface ReceivedRange {
  readonly oldest: number
  readonly newest: number
}

export interface RecoverableUsage {
  readonly items: number
  readonly octets: number
}

/** Deleted messages that are kept. No folder holds them. */
export interface Recoverable {
  /** Changes the rule; absent members stay as they are. With `write` it is part of a larger transaction. */
  setRule(id: MailboxId, change: Partial<KeepRule>, write?: Write): Promise<void>
  kept(id: MailboxId): Promise<RecoverableUsage>
  /** The latest first, at most `most`. */
  items(id: MailboxId, filter: RecoverableFilter, most: number): Promise<readonly RecoverableItem[]>
  /**
   * Puts messages back into their folders, or into the inbox if the folder does not exist. Returns the folder of each.
   * Refuses `over-quota`. With `write` it is part of a larger transaction.
   */
  restore(id: MailboxId, items: readonly number[], write?: Write): Promise<ReadonlyMap<number, string>>
}

/** Whether deleted messages of a mailbox are kept, and for how many milliseconds. */
export interface KeepRule {
  /** On hold: kept for ever, or for `heldFor` after they were received. */
  readonly held: boolean
  readonly heldFor: number | undefined
  /** Kept without a hold too. */
  readonly recovers: boolean
  /** The least time after the deletion. */
  readonly retains: number
}

/** A deleted message that is kept. */
export interface RecoverableItem {
  readonly id: number
  readonly subject: string
  /** The path of its former folder. */
  readonly folder: string
  readonly deletedAt: number
  readonly octets: number
}

/** Selects items. An absent member selects all. */
export interface RecoverableFilter {
  readonly id?: number
  /** A part of the subject, in any case. */
  readonly subject?: string
  /** The first and last time of deletion. */
  readonly from?: number
  readonly until?: number
}

/** Counters of background work of a store since its start. */
export interface MailWork {
  readonly indexesPacked: number
  readonly chunksPacked: number
  /** Segments that were checked, and octets that were freed. */
  readonly looks: number
  readonly freed: number
  /** Mailboxes, folders and messages without an owner that were removed. */
  readonly strays: number
}
