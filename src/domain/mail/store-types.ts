import type { FolderId, MailboxId } from '../../core/ids.ts'
import type { Write } from '../../storage/engine.ts'
import type { Mailbox, NewMessage, Quota, QuotaLimits, SpecialUse } from './types.ts'

/** A message on its way into a mailbox that nobody has opened for it. */
export interface Delivery {
  readonly mailbox: MailboxId
  /** The inbox, or the folder with that special use; where there is none, nothing is left there. */
  readonly to: 'inbox' | SpecialUse
  /** The same object in several deliveries is stored once. Without keywords. */
  readonly message: NewMessage
}

/** Opens mailboxes, and delivers into them; access and transport alone hold one. */
export interface MailStore {
  /** The well-known folders are made on first sight. */
  open(id: MailboxId, revoked: AbortSignal): Promise<Mailbox>
  /**
   * All or none, over all the mailboxes; resolves when durable and when every open index has taken it in. Refuses `gone`
   * once `revoked` is aborted or when a mailbox was erased meanwhile, and `too-big`.
   */
  deliver(deliveries: readonly Delivery[], revoked: AbortSignal): Promise<void>
  /**
   * What the mailbox may hold; undefined stands for what holds for all. What is there already stays. With `write` it is part
   * of a larger transaction.
   */
  setQuota(id: MailboxId, limits: QuotaLimits, write?: Write): Promise<void>
  /** What mailboxes may hold: their own limits, or what holds for all. */
  quotaLimits(ids: readonly MailboxId[]): Promise<ReadonlyMap<MailboxId, QuotaLimits>>
  /** What mailboxes hold, and may hold. */
  quotas(ids: Iterable<MailboxId>): Promise<ReadonlyMap<MailboxId, Quota>>
  /** Whether that is nearer to its limits than the mailbox was known to be, which it is from now on; 0 is not near. */
  isNearerToQuota(id: MailboxId, level: number): Promise<boolean>
  readonly recoverable: Recoverable
  /** When what a mailbox's folders hold was received; of those that hold any. */
  received(id: MailboxId): Promise<ReadonlyMap<FolderId, ReceivedRange>>
  /** Forgets everything that the mailbox held; with `write`, as part of a larger transaction. */
  erase(id: MailboxId, write?: Write): Promise<void>
  /** What has been done behind since the start. */
  readonly work: MailWork
  /** Resolves when what is done behind is done: called before the engine closes. */
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

/** What is kept of mailboxes though it was deleted; no folder has it. */
export interface Recoverable {
  /** What holds from now on; what is absent holds on. With `write` it is part of a larger transaction. */
  setRule(id: MailboxId, change: Partial<KeepRule>, write?: Write): Promise<void>
  kept(id: MailboxId): Promise<RecoverableUsage>
  /** The latest first, so many at most. */
  items(id: MailboxId, filter: RecoverableFilter, most: number): Promise<readonly RecoverableItem[]>
  /**
   * Puts messages back where they were, in the inbox where that folder is gone; tells the folder of each that was there.
   * Refuses `over-quota`. With `write` it is part of a larger transaction.
   */
  restore(id: MailboxId, items: readonly number[], write?: Write): Promise<ReadonlyMap<number, string>>
}

/** Whether what is deleted of a mailbox is kept, and for how many milliseconds. */
export interface KeepRule {
  /** On hold: for ever, or for so long from when it was received. */
  readonly held: boolean
  readonly heldFor: number | undefined
  /** Without a hold too. */
  readonly recovers: boolean
  /** From when it was deleted, in any case. */
  readonly retains: number
}

/** A message that was deleted and is kept. */
export interface RecoverableItem {
  readonly id: number
  readonly subject: string
  /** The path of the folder that it was in. */
  readonly folder: string
  readonly deletedAt: number
  readonly octets: number
}

/** Which of them are meant; what is absent is any. */
export interface RecoverableFilter {
  readonly id?: number
  /** Somewhere in the subject, in any letter case. */
  readonly subject?: string
  /** From when on, and until when, they were deleted. */
  readonly from?: number
  readonly until?: number
}

/** What a store has done behind since it was started. */
export interface MailWork {
  readonly indexesPacked: number
  readonly chunksPacked: number
  /** Places where bytes lie that were looked at, and octets of the disk that became free. */
  readonly looks: number
  readonly freed: number
  /** Mailboxes, folders and messages that nobody wanted and that were cleared away. */
  readonly strays: number
}
