import type { Guid, MailboxId } from '../../core/ids.ts'
import type { Write } from '../../storage/engine.ts'

/** A moment as Outlook shows it: local time without an offset, and the name of its time zone. */
export interface DateTimeTimeZone {
  readonly dateTime: string
  readonly timeZone: string
}

export type AutomaticRepliesStatus = 'disabled' | 'alwaysEnabled' | 'scheduled'
/** Which senders outside of the organization get a reply. */
export type ExternalAudience = 'none' | 'contactsOnly' | 'all'

/** The automatic replies of a mailbox. */
export interface AutomaticReplies {
  readonly status: AutomaticRepliesStatus
  readonly externalAudience: ExternalAudience
  readonly scheduledStartDateTime: DateTimeTimeZone
  readonly scheduledEndDateTime: DateTimeTimeZone
  readonly internalReplyMessage: string
  readonly externalReplyMessage: string
}

export interface WorkingHours {
  readonly daysOfWeek: readonly string[]
  readonly startTime: string
  readonly endTime: string
  readonly timeZone: { readonly name: string }
}

/** The settings of a mailbox that its user changes. */
export interface MailboxSettings {
  readonly automaticReplies: AutomaticReplies
  readonly timeZone: string
  readonly dateFormat: string
  readonly timeFormat: string
  /** Such as `en-US`. */
  readonly locale: string
  readonly workingHours: WorkingHours
  readonly delegateMeetingMessageDeliveryOptions: string
}

/** `preset0` to `preset24`, or `none`. */
export interface Category {
  readonly id: Guid
  readonly displayName: string
  readonly color: string
}

export type Classification = 'focused' | 'other'

/** Mail from an address always goes to one half of the inbox. */
export interface Override {
  readonly id: Guid
  readonly name: string
  readonly address: string
  readonly classifyAs: Classification
}

/** A rule of the inbox. Conditions, exceptions and actions have the names of Graph's `messageRule`. */
export interface MessageRule {
  readonly id: string
  readonly displayName: string
  /** Rules run in ascending order. */
  readonly sequence: number
  readonly isEnabled: boolean
  readonly conditions: Readonly<Record<string, unknown>> | undefined
  readonly exceptions: Readonly<Record<string, unknown>> | undefined
  readonly actions: Readonly<Record<string, unknown>>
}

/** A folder whose messages are those of other folders that match a filter. */
export interface SearchFolder {
  readonly id: string
  readonly displayName: string
  /** The folders below the source folders count too. */
  readonly includeNestedFolders: boolean
  /** Ids as Graph shows them. */
  readonly sourceFolderIds: readonly string[]
  /** OData, as in `$filter`. */
  readonly filterQuery: string
}

/** Every method reads or writes the rows of one mailbox. */
export interface SearchFolders {
  /** In order of their names. */
  all(mailbox: MailboxId): Promise<readonly SearchFolder[]>
  /** Refuses `already-exists` for a name in use, in any letter case, and `over-quota`. */
  add(mailbox: MailboxId, folder: Omit<SearchFolder, 'id'>): Promise<SearchFolder>
  /** Refuses `no-such-thing` and `already-exists`. */
  change(mailbox: MailboxId, id: string, change: Partial<Omit<SearchFolder, 'id'>>): Promise<SearchFolder>
  remove(mailbox: MailboxId, id: string): Promise<void>
}

/** Every method reads or writes the rows of one mailbox. */
export interface Outlook {
  readonly searchFolders: SearchFolders

  settings(mailbox: MailboxId): Promise<MailboxSettings>
  /** Replaces the members that `change` has. */
  changeSettings(mailbox: MailboxId, change: Partial<MailboxSettings>): Promise<MailboxSettings>

  /** In order of their names. */
  categories(mailbox: MailboxId): Promise<readonly Category[]>
  /** Refuses `already-exists` for a name in use, in any letter case, and `over-quota`. */
  addCategory(mailbox: MailboxId, category: Omit<Category, 'id'>): Promise<Category>
  /** Refuses `no-such-thing`. */
  recolorCategory(mailbox: MailboxId, id: string, color: string): Promise<Category>
  removeCategory(mailbox: MailboxId, id: string): Promise<void>

  overrides(mailbox: MailboxId): Promise<readonly Override[]>
  /** An address has one override: a second one replaces it. Refuses `over-quota`. */
  addOverride(mailbox: MailboxId, override: Omit<Override, 'id'>): Promise<Override>
  changeOverride(mailbox: MailboxId, id: string, change: Partial<Omit<Override, 'id'>>): Promise<Override>
  removeOverride(mailbox: MailboxId, id: string): Promise<void>

  /** In the order in which they run. */
  rules(mailbox: MailboxId): Promise<readonly MessageRule[]>
  /** Refuses `over-quota`. Without a sequence, the rule runs last. */
  addRule(mailbox: MailboxId, rule: Omit<MessageRule, 'id' | 'sequence'> & { sequence?: number }): Promise<MessageRule>
  changeRule(mailbox: MailboxId, id: string, change: Partial<Omit<MessageRule, 'id'>>): Promise<MessageRule>
  removeRule(mailbox: MailboxId, id: string): Promise<void>

  /**
   * Returns true if the sender has no reply in this period yet, and notes that it has one now. `period` names the
   * period, such as the time at which the replies were turned on.
   */
  firstReply(mailbox: MailboxId, sender: string, period: string): Promise<boolean>
  /** Deletes the rows of a mailbox that is erased. */
  erase(mailbox: MailboxId, write?: Write): Promise<void>
}
