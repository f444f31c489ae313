import type { FolderId, MailboxId, ModSeq, Uid } from '../../core/ids.ts'
import type { BlobRef } from '../../storage/engine.ts'
import type { MailItems } from './item-types.ts'
import type { MailUploads } from './upload-types.ts'
import type { Flags, InternalDate, Message, SearchKey } from './message-types.ts'

export type { Flags, InternalDate, Message, SearchKey } from './message-types.ts'

/**
 * RFC 9051 §2.3.2: the system flags, by their bit in {@link Flags.system}. `\Recent` belongs to a session and is not
 * stored.
 */
export const SEEN = 1

export const ANSWERED = 2

export const FLAGGED = 4

export const DELETED = 8

export const DRAFT = 16

export const systemFlags = {
  '\\Seen': SEEN,
  '\\Answered': ANSWERED,
  '\\Flagged': FLAGGED,
  '\\Deleted': DELETED,
  '\\Draft': DRAFT,
} as const

/** RFC 6154 §2. */
export type SpecialUse = '\\Archive' | '\\Drafts' | '\\Junk' | '\\Sent' | '\\Trash'

/** A folder and its counters, as of the last durable write. */
export interface Folder {
  readonly id: FolderId
  /**
   * Names from the root joined by `/`, NFC. The first is `Inbox` for the inbox, which is compared without regard to
   * case.
   */
  readonly path: string
  readonly specialUse: SpecialUse | undefined
  readonly uidValidity: number
  readonly uidNext: Uid
  readonly highestModSeq: ModSeq
  readonly count: number
  readonly unseen: number
  readonly deleted: number
  readonly octets: number
  readonly subscribed: boolean
  readonly hasChildren: boolean
}

/** A message to store. Its bytes are never changed. */
export interface NewMessage {
  readonly bytes: Uint8Array
  readonly flags: Flags
  /** By default, the current time in UTC. */
  readonly received?: InternalDate
}

export interface ReplacedMessage {
  readonly folder: FolderId
  readonly uid: Uid
}

export interface AppendResult {
  readonly uidValidity: number
  /** In the order of the messages. */
  readonly uids: readonly Uid[]
}

export interface FlagChange {
  readonly mode: 'add' | 'remove' | 'replace'
  readonly flags: Flags
}

export interface StoreResult {
  /** Messages whose flags are now as requested, even if they were so before. */
  readonly stored: readonly Uid[]
  /** RFC 7162 §3.1.3: messages that changed after `unchangedSince` and were skipped. */
  readonly modified: readonly Uid[]
  /** The mod-sequence of this write; the folder's highest if nothing changed. */
  readonly modSeq: ModSeq
  /** True if something changed. */
  readonly changed: boolean
}

/** RFC 4315 §3: corresponding UIDs, ascending on the source side. */
export interface CopiedUids {
  readonly uidValidity: number
  readonly from: readonly Uid[]
  readonly to: readonly Uid[]
}

export interface ExpungeResult {
  readonly uids: readonly Uid[]
  /** The mod-sequence of this write; the folder's highest if nothing was removed. */
  readonly modSeq: ModSeq
}

/**
 * Data that can be read for many messages at once, each into one buffer: items of RFC 9051 §7.5.2 as they are sent,
 * without their name (`internalDate` with quotes, `threadId` in parentheses, `preview` as a string, both may be `NIL`),
 * and the texts that {@link Message} has under the same names.
 */
export type MetadataPart =
  | 'internalDate'
  | 'envelope'
  | 'body'
  | 'bodyStructure'
  | 'structure'
  | 'blob'
  | 'emailId'
  | 'threadId'
  | 'preview'

/** Octets of many messages in one buffer. The octets of a message lie between `start` and `end`. */
export interface Slices {
  readonly bytes: Buffer
  start(uid: Uid): number
  end(uid: Uid): number
}

/**
 * Unchanging data of messages with neighbouring UIDs. It is shared and never changed, so callers may copy its octets at
 * any time.
 */
export interface MetadataChunk {
  /** The requested messages that exist, ascending. The methods accept no other UIDs. */
  readonly uids: readonly Uid[]
  octets(uid: Uid): number
  lineOctets(uid: Uid): number
  /** Octets of the header with the empty line: the offset of the body. */
  headerOctets(uid: Uid): number
  received(uid: Uid): InternalDate
  /** RFC 8514, in milliseconds since the epoch; undefined if that is not recorded. */
  savedAt(uid: Uid): number | undefined
  /** Only for a requested part. */
  slices(part: MetadataPart): Slices
  text(part: MetadataPart, uid: Uid): string
}

/** Octets of a message from `start` up to but not including `end`. Without both: the whole message. */
export interface ContentPiece {
  readonly blob: BlobRef
  readonly start?: number | undefined
  readonly end?: number | undefined
}

/** Two buffers of the same size. The reader fills them in turns. */
export type LentMemory = readonly [Buffer, Buffer]

/** A range with both ends, the smaller first. */
export type UidRange = readonly [from: Uid, to: Uid]

/** A change of a folder, as readers hear it. `changed` covers flags. */
export type Change =
  | { readonly kind: 'added'; readonly modSeq: ModSeq; readonly uids: readonly Uid[] }
  | { readonly kind: 'changed'; readonly modSeq: ModSeq; readonly uids: readonly Uid[] }
  | { readonly kind: 'expunged'; readonly modSeq: ModSeq; readonly uids: readonly Uid[] }
  /** The folder was deleted. No change follows. */
  | { readonly kind: 'gone'; readonly modSeq: ModSeq }

/**
 * A folder's messages in memory, shared by all sessions and updated from the journal. Positions count from 0 in UID
 * order.
 */
export interface FolderIndex {
  readonly mailbox: MailboxId
  readonly folder: FolderId
  readonly uidValidity: number
  readonly uidNext: Uid
  readonly highestModSeq: ModSeq
  readonly count: number
  /** Increases whenever messages leave the index. */
  readonly removals: number
  /** All keywords in use in the folder. */
  readonly keywords: readonly string[]
  uidAt(position: number): Uid
  /** The UIDs at the positions from `start` up to but not including `end`. */
  uidsBetween(start: number, end: number): readonly Uid[]
  /** The number of smaller UIDs: the position of `uid`, or where it would be inserted. */
  rank(uid: Uid): number
  /** -1 if absent. */
  positionOf(uid: Uid): number
  /** Equal flags are the same object. */
  flagsAt(position: number): Flags
  modSeqAt(position: number): ModSeq
  /** The ascending UIDs of messages with a later mod-sequence. */
  changedSince(modSeq: number): readonly Uid[]
  /** The position of the first message without `\Seen`, or -1. */
  firstUnseen(): number
  /**
   * RFC 3501 §2.3.2: the first UID that no read-write session has seen as recent. With `claim`, the caller becomes that
   * session.
   */
  firstRecent(claim: boolean): Uid
  /**
   * Calls `heard` for each change, in order, when the index has applied it. At `expunged`, the UIDs have left the
   * index. Returns a function that stops it.
   */
  watch(heard: (change: Change) => void): () => void
}

/** An index that stays in memory until it is closed. */
export interface OpenFolder {
  readonly index: FolderIndex
  close(): void
}

/** The limits of a mailbox; undefined means no limit. */
export interface QuotaLimits {
  readonly octets: number | undefined
  readonly messages: number | undefined
}

export interface Quota {
  readonly used: { readonly octets: number; readonly messages: number }
  readonly limits: QuotaLimits
}

/** A change of a folder, or of the mailbox if the folder is 0. */
export interface MailboxLine {
  readonly folder: FolderId
  readonly kind:
    | 'added'
    | 'changed'
    | 'expunged'
    | 'created'
    | 'renamed'
    | 'gone'
    | 'subscribed'
    | 'annotated'
    | 'properties'
  /** `subscribed`: the name; `annotated`: the entries, separated by spaces. */
  readonly what: string
}

export interface MailboxNews {
  /** The next mark. */
  readonly now: ModSeq
  /** False if the journal does not reach back to the mark: the reader has to read everything again. */
  readonly whole: boolean
  /** Each kind of change once, in no particular order. */
  readonly lines: readonly MailboxLine[]
}

/** RFC 5464 §3.2: `/private/…` or `/shared/…`, in lower case. */
export interface Annotation {
  readonly entry: string
  readonly value: Buffer
}

export interface AnnotationChange {
  readonly entry: string
  /** Undefined removes the entry. */
  readonly value: Uint8Array | undefined
}

/** RFC 5256 §3 and RFC 5957 §3. `date` is the Date field, `arrival` the internal date. */
export type SortCriterion = 'arrival' | 'date' | 'size' | 'subject' | 'from' | 'to' | 'cc' | 'displayFrom' | 'displayTo'

export interface SortOrder {
  readonly by: SortCriterion
  readonly reverse: boolean
}

/** RFC 5256 §3. REFS is like REFERENCES, but ignores subjects and puts the thread with the latest message last. */
export type Threading = 'orderedsubject' | 'references' | 'refs'

/** A message and its replies. Without a UID if the message that others answer is missing. */
export interface Thread {
  readonly uid: Uid | undefined
  readonly children: readonly Thread[]
}

/** The exclusive lock of a maildrop. */
export interface MaildropLock {
  /** Identifies this lock. */
  readonly holder: string
  /** Aborted when the lock was lost, because it could not be renewed in time. */
  readonly lost: AbortSignal
  release(): void
}

/**
 * An open mailbox. A protocol has no other way to reach mail, so it cannot skip a check. Every method refuses `gone`
 * once access has revoked the handle. Writes resolve when they are durable and every open index of this process has
 * applied them.
 */
export interface Mailbox {
  readonly id: MailboxId
  /** Aborted when access revokes the handle. */
  readonly revoked: AbortSignal

  /** All folders, in no particular order. */
  folders(): Promise<readonly Folder[]>
  folder(path: string): Promise<Folder | undefined>
  /** Creates missing parents too. Refuses `already-exists`, `bad-syntax`. */
  createFolder(path: string, specialUse?: SpecialUse): Promise<Folder>
  /** Refuses `no-such-thing`; `not-allowed` for the inbox and for a folder with children. */
  deleteFolder(id: FolderId): Promise<void>
  /** Subfolders move along. The inbox stays, and its messages move (RFC 9051 §6.3.6). */
  renameFolder(id: FolderId, to: string): Promise<void>
  /** Subscribed names. A name may outlive its folder. */
  subscriptions(): Promise<readonly string[]>
  setSubscribed(path: string, on: boolean): Promise<void>

  /** RFC 9208. Every operation that adds to a full mailbox refuses `over-quota`. */
  quota(): Promise<Quota>
  /** Octets of the folder's messages with `\Deleted`. */
  deletedOctets(folder: FolderId): Promise<number>
  /** RFC 5464: annotations of a folder; of the mailbox if no folder is given. */
  annotations(folder: FolderId | undefined): Promise<readonly Annotation[]>
  /** Applies all changes or none. Refuses `too-big` and `over-quota`, with `detail.code` of RFC 5464 §4.3. */
  annotate(folder: FolderId | undefined, changes: readonly AnnotationChange[]): Promise<void>

  /** RFC 4467 §2.2: the secret that authorizes URLs of the folder's messages; undefined if the folder has no secret yet. */
  urlKey(folder: FolderId): Promise<Buffer | undefined>
  /** The same. Creates the secret if necessary. */
  makeUrlKey(folder: FolderId): Promise<Buffer>
  /** Deletes the secret, so that URLs authorized with it stop working; of every folder if none is given. */
  resetUrlKeys(folder: FolderId | undefined): Promise<void>

  open(id: FolderId): Promise<OpenFolder>
  /** In UID order. Skips messages that do not exist. */
  messages(folder: FolderId, uids: readonly Uid[]): Promise<readonly Message[]>
  /**
   * The same for many messages, in chunks and in UID order, without a promise or an object for each message. Reads each
   * chunk from memory or from one piece of the disk, and lets other work run in between.
   */
  metadata(
    folder: FolderId,
    uids: readonly Uid[],
    parts: readonly MetadataPart[],
  ): AsyncGenerator<MetadataChunk, void, undefined>
  /** Octets of a message that {@link messages} or {@link metadata} returned. Refuses `damaged`. */
  content(blob: BlobRef, start?: number, end?: number): Promise<Buffer>
  /** Reads and checks all octets of a message before it is sent in parts. Refuses `damaged`. */
  checkContent(blob: BlobRef): Promise<void>
  /**
   * Many pieces, several at a time, in the given order. Reads neighbours together, and the next pieces while the caller
   * uses these. Holds a few MiB in memory, or two pieces if they are larger. With lent memory no buffers are allocated,
   * and the octets are valid until the next call. Refuses `damaged` after all pieces before the damaged one.
   */
  contents(pieces: readonly ContentPiece[], lent?: LentMemory): AsyncGenerator<readonly Buffer[], void, undefined>
  /**
   * RFC 7162 §3.2: UIDs of messages that left the folder after `since`, as ascending ranges that do not touch. If the
   * journal does not reach back so far: all UIDs that were assigned and that no message has.
   */
  vanishedSince(folder: FolderId, since: ModSeq): Promise<readonly UidRange[]>
  /** UIDs in ascending order. `signal` cancels a long search, as in {@link sort} and {@link threads}. */
  search(folder: FolderId, query: SearchKey, signal?: AbortSignal): Promise<readonly Uid[]>
  /** Sorts ascending UIDs by the keys, the first of which is the most significant. Equal messages keep their order. */
  sort(
    folder: FolderId,
    uids: readonly Uid[],
    order: readonly SortOrder[],
    signal?: AbortSignal,
  ): Promise<readonly Uid[]>
  /** The threads of the messages with these ascending UIDs. */
  threads(folder: FolderId, uids: readonly Uid[], by: Threading, signal?: AbortSignal): Promise<readonly Thread[]>

  /**
   * Appends all messages or none, in one write. The same write removes the message `replacing` (RFC 8508 §3.1),
   * whatever its flags; refuses `gone` if it does not exist.
   */
  append(folder: FolderId, messages: readonly NewMessage[], replacing?: ReplacedMessage): Promise<AppendResult>
  store(folder: FolderId, uids: readonly Uid[], change: FlagChange, unchangedSince?: ModSeq): Promise<StoreResult>
  copy(folder: FolderId, uids: readonly Uid[], to: FolderId): Promise<CopiedUids>
  move(folder: FolderId, uids: readonly Uid[], to: FolderId): Promise<CopiedUids>
  /** Removes messages with `\Deleted`; with `uids`, only those among them. */
  expunge(folder: FolderId, uids?: readonly Uid[]): Promise<ExpungeResult>
  /** Removes messages whatever their flags, as a POP3 update does. Refuses `gone` if the lock was lost. */
  remove(folder: FolderId, uids: readonly Uid[], lock?: MaildropLock): Promise<ExpungeResult>

  /**
   * RFC 1939 §3: takes the exclusive lock of the maildrop. Returns undefined if another session has it, at whichever
   * node.
   */
  lockMaildrop(): Promise<MaildropLock | undefined>
  /** The messages as Graph shows them. */
  readonly items: MailItems
  /** Attachments that arrive in pieces. */
  readonly uploads: MailUploads

  /** The journal's lines after a mark. `now` of an answer is the next mark. */
  news(since: ModSeq): Promise<MailboxNews>
  /** Calls `woken` after each change in the mailbox. Returns a function that stops it. */
  watch(woken: () => void): () => void
}
