import type { FolderId, ModSeq, Uid } from '../../core/ids.ts'
import type { BlobRef } from '../../storage/engine.ts'
import type { Flags, Importance, InternalDate, Message, SearchKey } from './message-types.ts'

export type { Importance } from './message-types.ts'

/**
 * Identifies an item for ever: the folder and the UID that the message had first. A move by any protocol keeps the key; a
 * copy is a new item with a key of its own.
 */
export interface ItemKey {
  readonly originFolder: FolderId
  readonly originUid: Uid
}

/**
 * `default` identifiers change when the item moves to another folder, `immutable` ones do not. Both are accepted
 * everywhere.
 */
export type ItemIdKind = 'default' | 'immutable'

export type FlagStatus = 'notFlagged' | 'flagged' | 'complete'

/** The last reply or forward of a message: MAPI 102, 103, 104. */
export type LastVerb = 'reply' | 'replyAll' | 'forward'

/**
 * A message in a folder, as of the moment it was read. Everything here comes from rows, so a list needs no content. For
 * bodies and attachments see {@link MailItems.messages}.
 */
export interface MailItem {
  readonly key: ItemKey
  readonly folder: FolderId
  readonly uid: Uid
  /** Increases with each change of the item: the change key. */
  readonly modSeq: ModSeq
  /** The IMAP flags. The next members are derived from them. */
  readonly flags: Flags
  readonly isRead: boolean
  readonly isDraft: boolean
  readonly flagStatus: FlagStatus
  readonly importance: Importance
  readonly categories: readonly string[]
  readonly lastVerb: LastVerb | undefined
  readonly received: InternalDate
  /** The Date field, in milliseconds since the epoch; undefined if it is missing or invalid. */
  readonly sentAt: number | undefined
  readonly createdAt: number
  /** The time of the last change if the journal reaches back to it; otherwise `createdAt`. */
  readonly modifiedAt: number
  /** RFC822.SIZE. */
  readonly octets: number
  /** False if all attachments are inline. */
  readonly hasAttachments: boolean
  /** The conversation: RFC 8474 THREADID. Undefined until it is known. */
  readonly threadId: string | undefined
  /** The decoded Subject, at most 1024 UTF-16 units. Undefined if the field is missing. */
  readonly subject: string | undefined
  /** The first mailbox of From. */
  readonly fromName: string | undefined
  readonly fromAddress: string | undefined
  /** The Message-ID field with angle brackets. */
  readonly internetMessageId: string | undefined
  /** RFC 8970: the beginning of its text; empty if it has no text. Undefined until it is known. */
  readonly preview: string | undefined
  /** RFC 9051 §7.5.2 ENVELOPE as it is sent: all addresses. */
  readonly envelope: Uint8Array
  /** The content, for `Mailbox.content`. */
  readonly blob: BlobRef
}

/** Where text is searched. `from` is the name or the address of the sender. */
export type ItemText = 'subject' | 'body' | 'fromName' | 'fromAddress' | 'from'

export type NumberOperator = 'eq' | 'gt' | 'ge' | 'lt' | 'le'

/**
 * A condition on items. Times are milliseconds since the epoch, compared in whole seconds, as Graph shows them; `from` is
 * included, `before` is not. Texts are compared without regard to case.
 */
export type ItemFilter =
  | { readonly is: 'all' }
  | { readonly is: 'read' | 'draft' | 'attachments'; readonly value: boolean }
  | { readonly is: 'flag'; readonly status: FlagStatus }
  | { readonly is: 'importance'; readonly value: Importance }
  | { readonly is: 'folder'; readonly folder: FolderId }
  | { readonly is: 'item'; readonly key: ItemKey }
  | {
      readonly is: 'time'
      readonly of: 'received' | 'sent' | 'created' | 'modified'
      readonly from?: number
      readonly before?: number
    }
  | { readonly is: 'octets' | 'uid'; readonly from?: number; readonly before?: number }
  /**
   * All use the index of IMAP SEARCH; they read no content. On a body, only `contains` and `startsWith` are supported.
   */
  | {
      readonly is: 'text'
      readonly in: ItemText
      readonly how: 'equals' | 'contains' | 'startsWith' | 'endsWith'
      readonly text: string
    }
  /** With angle brackets. */
  | { readonly is: 'internetMessageId'; readonly value: string }
  | { readonly is: 'conversation'; readonly threadId: string }
  /** Any category equals the value. */
  | { readonly is: 'category'; readonly value: string }
  /** A property of {@link MailItems.properties}. Without `how`, the item has it. */
  | {
      readonly is: 'property'
      readonly name: string
      readonly how?: 'equals' | 'contains' | 'startsWith'
      readonly value?: string
    }
  /** A property that is a number, compared with another. */
  | {
      readonly is: 'number'
      readonly name: string
      readonly operator: NumberOperator
      readonly value: number
    }
  /** An IMAP search, for `$search`. */
  | { readonly is: 'search'; readonly query: SearchKey }
  | { readonly is: 'and' | 'or'; readonly of: readonly ItemFilter[] }
  | { readonly is: 'not'; readonly of: ItemFilter }

/**
 * The keys that items can be sorted by. `uid` is the order of arrival in the folder. In a list of the whole mailbox, all but
 * `received`, `sent`, `size` and `uid` sort at most 10,000 items, and refuse `too-big` beyond it.
 */
export type ItemOrderKey =
  | 'received'
  | 'sent'
  | 'created'
  | 'modified'
  | 'size'
  | 'subject'
  | 'fromName'
  | 'fromAddress'
  | 'importance'
  | 'read'
  | 'attachments'
  | 'uid'

export interface ItemOrder {
  readonly by: ItemOrderKey
  readonly descending: boolean
}

export interface ItemListRequest {
  /** The whole mailbox if undefined. */
  readonly folder?: FolderId | undefined
  /** By default `all`. */
  readonly filter?: ItemFilter
  /** The first key is the most significant. By default the latest received first. Equal items have a fixed order. */
  readonly order?: readonly ItemOrder[]
  readonly skip: number
  /** At most 1000. 0 only counts. */
  readonly take: number
  /** Counts all items that match. Without it, `count` of the result is undefined. */
  readonly count?: boolean
  readonly signal?: AbortSignal
}

export interface ItemListResult {
  readonly items: readonly MailItem[]
  readonly count: number | undefined
  /** True if more items follow. */
  readonly more: boolean
}

export interface ItemSearchRequest {
  readonly folder?: FolderId | undefined
  readonly filter: ItemFilter
  readonly skip: number
  readonly take: number
  readonly signal?: AbortSignal
}

/**
 * A position in the changes of a mailbox: changes up to `modSeq`; without `folder` and `uid` all of that write, otherwise
 * its messages up to that one.
 */
export interface ItemMark {
  readonly modSeq: ModSeq
  readonly folder?: FolderId
  readonly uid?: Uid
}

export type ItemChange =
  /** Added to its folder after the mark: by delivery, APPEND, copy or move. */
  | { readonly kind: 'created'; readonly item: MailItem }
  | { readonly kind: 'updated'; readonly item: MailItem }
  /** Left its folder: deleted or moved away. */
  | { readonly kind: 'removed'; readonly key: ItemKey; readonly folder: FolderId; readonly uid: Uid }

export interface ItemChangesRequest {
  /** All folders if undefined. */
  readonly folder?: FolderId | undefined
  readonly since: ItemMark
  readonly take: number
}

export interface ItemChangesResult {
  /** Each message at most once, in the order of its last change. */
  readonly changes: readonly ItemChange[]
  /** The next mark. */
  readonly mark: ItemMark
  readonly more: boolean
}

export interface FolderChangesResult {
  /** New folders, and those whose name, counters or properties changed. */
  readonly changed: readonly FolderId[]
  readonly removed: readonly FolderId[]
  readonly mark: ItemMark
}

export interface ItemProperty {
  readonly name: string
  readonly value: string
}

export interface ItemPropertyChange {
  readonly name: string
  /** Undefined removes the property. */
  readonly value: string | undefined
}

/** Changes of an item in one write. What is undefined stays. */
export interface ItemPatch {
  readonly isRead?: boolean
  readonly isDraft?: boolean
  readonly flagStatus?: FlagStatus
  readonly importance?: Importance
  /** Replaces all categories. */
  readonly categories?: readonly string[]
  readonly lastVerb?: LastVerb
  /** In IMAP: `\Deleted`. */
  readonly isDeleted?: boolean
  readonly properties?: readonly ItemPropertyChange[]
}

/** A message to store, with its state. By default it is read and no draft. */
export interface NewItem extends Omit<ItemPatch, 'isDeleted'> {
  readonly bytes: Uint8Array
  /** By default, the current time in UTC. */
  readonly received?: InternalDate
}

/** New content of an item. State, properties and key stay, except for what `patch` changes. */
export interface ItemReplacement {
  readonly bytes: Uint8Array
  readonly patch?: ItemPatch
  /** By default as before. */
  readonly received?: InternalDate
  /** The item moves there in the same write, as a draft that is sent. */
  readonly to?: FolderId
}

/**
 * A mailbox as Graph shows it. Every method refuses `gone` once access has revoked the handle. A method on an item that
 * does not exist any more refuses `no-such-thing` with `detail.code` `ErrorItemNotFound`; on a folder,
 * `ErrorFolderNotFound`. With `ifMatch`, it refuses `wrong-state` with code `ErrorIrresolvableConflict` if the item has
 * another mod-sequence. Writes resolve when they are durable.
 */
export interface MailItems {
  /** Identifiers as Graph shows them: at least 64 characters of base64url with padding. */
  itemId(item: Pick<MailItem, 'key' | 'folder'>, kind: ItemIdKind): string
  folderId(folder: FolderId): string
  /** The parent of all folders: `msgfolderroot`. */
  readonly rootId: string
  conversationId(threadId: string): string
  /** The quoted part of an ETag: a change key. */
  changeKey(item: Pick<MailItem, 'modSeq'>): string
  /** The mod-sequence in a change key. Undefined if it is malformed, so that it matches nothing. */
  modSeqOf(changeKey: string): ModSeq | undefined

  /**
   * Reads back the identifiers. All refuse `bad-syntax` with code `ErrorInvalidIdMalformed`, and with code
   * `ErrorInvalidMailboxItemId` if the identifier belongs to another mailbox. They do not check that the thing exists.
   */
  parseItemId(id: string): { readonly kind: ItemIdKind; readonly key: ItemKey; readonly folder: FolderId | undefined }
  /** Undefined for the root. */
  parseFolderId(id: string): FolderId | undefined
  parseConversationId(id: string): string

  /** Refuses as `parseItemId` does, and if the item is gone, or a `default` identifier names another folder. */
  find(id: string): Promise<MailItem>
  /** The items with these keys, in that order; undefined for those that are gone. At most 1000. */
  byKeys(keys: readonly ItemKey[]): Promise<readonly (MailItem | undefined)[]>
  /** The items with these UIDs in a folder, in UID order, without those that are gone. At most 1000. */
  byUids(folder: FolderId, uids: readonly Uid[]): Promise<readonly MailItem[]>
  list(request: ItemListRequest): Promise<ItemListResult>
  /** The latest sent first, of at most 1000 results. */
  search(request: ItemSearchRequest): Promise<ItemListResult>
  /** Structure, content reference and more of each item; undefined if it is gone. */
  messages(items: readonly MailItem[]): Promise<readonly (Message | undefined)[]>

  /** A mark before the first page of a full look: everything that changes from now on comes after it. */
  mark(): Promise<ItemMark>
  /**
   * A page of a full look: the items of a folder in UID order after a UID (0 at first). Items that arrive or leave meanwhile
   * move no other page.
   */
  page(folder: FolderId, after: number, take: number, filter?: ItemFilter): Promise<ItemListResult>
  /** Reads the journal after a mark. Refuses `gone` with code `SyncStateNotFound` if it does not reach back to it. */
  changesSince(request: ItemChangesRequest): Promise<ItemChangesResult>
  /** The same for folders. Reads the folders themselves from `Mailbox.folders`. */
  folderChangesSince(since: ItemMark): Promise<FolderChangesResult>

  /** Properties of items, for each in the order of the keys; with `names`, only those. */
  properties(keys: readonly ItemKey[], names?: readonly string[]): Promise<readonly (readonly ItemProperty[])[]>
  folderProperties(folder: FolderId, names?: readonly string[]): Promise<readonly ItemProperty[]>
  /** The same of all folders; those without any are left out. */
  everyFolderProperties(names: readonly string[]): Promise<ReadonlyMap<FolderId, readonly ItemProperty[]>>
  setFolderProperties(folder: FolderId, changes: readonly ItemPropertyChange[]): Promise<void>

  /** All in one write. A patch that changes nothing writes nothing. */
  patch(key: ItemKey, patch: ItemPatch, ifMatch?: ModSeq): Promise<MailItem>
  create(folder: FolderId, item: NewItem): Promise<MailItem>
  replaceContent(key: ItemKey, replacement: ItemReplacement, ifMatch?: ModSeq): Promise<MailItem>
  /** The same item in another folder. In its own folder, it stays as it is. */
  move(key: ItemKey, to: FolderId): Promise<MailItem>
  /** A new item with the properties of the old one. */
  copy(key: ItemKey, to: FolderId): Promise<MailItem>
  /** Deletes it as EXPUNGE does: the mailbox may keep it among the recoverable items. */
  delete(key: ItemKey, ifMatch?: ModSeq): Promise<void>
  /** Deletes it so that it cannot be recovered, unless the mailbox is on hold. */
  permanentDelete(key: ItemKey, ifMatch?: ModSeq): Promise<void>
}
