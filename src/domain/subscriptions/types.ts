import type { AppId, FolderId, Guid, MailboxId, TenantId } from '../../core/ids.ts'
import type { ItemMark } from '../mail/items/types.ts'

export type ChangeType = 'created' | 'updated' | 'deleted'

/** Who created a subscription: an app, or an app for a user. No one else sees it. */
export interface SubscriptionOwner {
  readonly tenant: TenantId
  readonly app: AppId
  /** The service principal, or the user. */
  readonly creator: Guid
}

/** A request of an app to be told about changes of the messages of a mailbox or a folder. */
export interface Subscription extends SubscriptionOwner {
  readonly id: Guid
  readonly mailbox: MailboxId
  /** Undefined for all folders. */
  readonly folder: FolderId | undefined
  /** As the app wrote it. */
  readonly resource: string
  readonly immutableIds: boolean
  readonly changeTypes: readonly ChangeType[]
  readonly url: string
  readonly lifecycleUrl: string | undefined
  readonly clientState: string | undefined
  /** Milliseconds since the epoch. */
  readonly expires: number
  /** From access, which decides with it whether the creator may still read the mailbox. */
  readonly authority: string
  /** The receiver knows all changes up to this place in the journal. */
  readonly mark: ItemMark
  readonly failure: DeliveryFailure | undefined
}

/** A receiver that did not accept the last notification. */
export interface DeliveryFailure {
  readonly attempts: number
  readonly since: number
  readonly retryAt: number
}

export interface Subscriptions {
  /** Refuses `over-quota` if the mailbox, the app or the tenant has too many. */
  create(subscription: Omit<Subscription, 'id' | 'failure'>): Promise<Subscription>
  of(owner: SubscriptionOwner): Promise<readonly Subscription[]>
  /** Undefined if the owner has none of that id, or it has expired. */
  find(owner: SubscriptionOwner, id: string): Promise<Subscription | undefined>
  /** Returns the subscription as changed; undefined if it does not exist. */
  renew(
    owner: SubscriptionOwner,
    id: string,
    to: Pick<Subscription, 'expires' | 'authority'>,
  ): Promise<Subscription | undefined>
  /** Returns false if it did not exist. */
  remove(id: string): Promise<boolean>
  /** All that have not expired, of every tenant. Removes the others. */
  active(): Promise<readonly Subscription[]>
  /** Stores that the receiver knows all changes up to the mark. */
  advance(id: string, mark: ItemMark): Promise<void>
  failed(id: string, failure: DeliveryFailure): Promise<void>
  /** Calls `changed` after subscriptions were created, renewed or removed, on any node. Returns "unsubscribe". */
  watch(changed: () => void): () => void
}
