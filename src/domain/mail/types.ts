import type { FolderId, MailboxId, ModSeq, Uid } from '../../core/ids.ts'
import type { BlobRef } from '../../storage/engine.ts'

/** RFC 9051 §2.3.2: the system flags, by their bit in {@link Flags.system}. `\Recent` is a session's affair, not a flag. */
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

export interface Flags {
  /** Sum of the bits above. */
  readonly system: number
  /** In the case first used in the folder, compared without regard to case, sorted, without doubles. */
  readonly keywords: readonly string[]
}

/** RFC 6154 §2. */
export type SpecialUse = '\\Archive' | '\\Drafts' | '\\Junk' | '\\Sent' | '\\Trash'

/** A folder and its counters, as of the last durable write. */
export interface Folder {
  readonly id: FolderId
  /** Names from the root joined by `/`, NFC; the first is `Inbox` for the inbox, which compares without regard to case. */
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

/** RFC 9051 §2.3.3: a moment, and the offset from UTC in minutes that it was given with. */
export interface InternalDate {
  readonly at: number
  readonly zone: number
}

/** A message on its way in. Bytes are kept exactly as they are. */
export interface NewMessage {
  readonly bytes: Uint8Array
  readonly flags: Flags
  /** Now, in UTC, when absent. */
  readonly received?: InternalDate
}

export interface Replacing {
  readonly folder: FolderId
  readonly uid: Uid
}

export interface Appended {
  readonly uidValidity: number
  /** In the order of the messages given. */
  readonly uids: readonly Uid[]
}

export interface FlagChange {
  readonly mode: 'add' | 'remove' | 'replace'
  readonly flags: Flags
}

export interface Stored {
  /** Those whose flags are now as asked, whether or not they were before. */
  readonly stored: readonly Uid[]
  /** RFC 7162 §3.1.3: those left alone because they changed after `unchangedSince`. */
  readonly modified: readonly Uid[]
  /** This write's; the folder's highest when there was nothing to change. */
  readonly modSeq: ModSeq
  /** Whether there was anything to change. */
  readonly changed: boolean
}

/** RFC 4315 §3: corresponding UIDs, same length, ascending on the source side. */
export interface Copied {
  readonly uidValidity: number
  readonly from: readonly Uid[]
  readonly to: readonly Uid[]
}

export interface Expunged {
  readonly uids: readonly Uid[]
  /** This write's; the folder's highest when there was nothing to remove. */
  readonly modSeq: ModSeq
}

/** What does not change in a message's life in its folder. */
export interface Message {
  readonly uid: Uid
  readonly blob: BlobRef
  /** Octets of the stored bytes: RFC822.SIZE. */
  readonly octets: number
  /** Octets once bare LF is CRLF and the last line is ended: what a dot-terminated protocol sends, before stuffing. */
  readonly lineOctets: number
  readonly received: InternalDate
  /** Stable through copy and move: EMAILID of RFC 8474. */
  readonly emailId: string
  /** RFC 8474 §5.3 THREADID: the same for messages that answer each other. Undefined until it is known. */
  readonly threadId: string | undefined
  /** RFC 8970: what its text begins with; empty where it has none. Undefined until it is known. */
  readonly preview: string | undefined
  /** RFC 8514: when it came into this folder; undefined where that was not written down. */
  readonly savedAt: number | undefined
  /** RFC 9051 §7.5.2, rendered at delivery, without the item's name. */
  readonly envelope: Uint8Array
  readonly body: Uint8Array
  readonly bodyStructure: Uint8Array
  /** Offsets of every part, as written by codecs/mime `encodeStructure`; `decodeStructure` reads it. */
  readonly structure: string
}

/**
 * What can be read of many messages at once, each into one piece of memory: RFC 9051 §7.5.2's items as they are sent,
 * without the item's name (`internalDate` with its quotes, `threadId` in its parentheses, `preview` as a string, both or
 * `NIL`), and the texts that {@link Message} has under the same names.
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

/** Octets of many messages in one piece of memory, to be copied from: those of a message lie between `start` and `end`. */
export interface Slices {
  readonly bytes: Buffer
  start(uid: Uid): number
  end(uid: Uid): number
}

/** Unchanging data of messages with neighbouring UIDs. It is shared and never changed, so its octets may be copied at any time. */
export interface MetadataChunk {
  /** Those that were asked for and are there, ascending. Nothing is to be asked about others. */
  readonly uids: readonly Uid[]
  octets(uid: Uid): number
  lineOctets(uid: Uid): number
  /** Octets of the header, with the empty line: where the body begins. */
  headerOctets(uid: Uid): number
  received(uid: Uid): InternalDate
  /** RFC 8514, in milliseconds since the epoch; undefined where that was not written down. */
  savedAt(uid: Uid): number | undefined
  /** Only of a part that was asked for. */
  slices(part: MetadataPart): Slices
  text(part: MetadataPart, uid: Uid): string
}

/** Octets of a message, from `start` up to but not including `end`; whole when neither is given. */
export interface ContentPiece {
  readonly blob: BlobRef
  readonly start?: number | undefined
  readonly end?: number | undefined
}

/** Two pieces of memory of one size, that are read into by turns. */
export type LentMemory = readonly [Buffer, Buffer]

/** Both ends belong to it, the smaller first. */
export type UidRange = readonly [from: Uid, to: Uid]

/** What happened to a folder, as its readers are told; `changed` covers flags. */
export type Change =
  | { readonly kind: 'added'; readonly modSeq: ModSeq; readonly uids: readonly Uid[] }
  | { readonly kind: 'changed'; readonly modSeq: ModSeq; readonly uids: readonly Uid[] }
  | { readonly kind: 'expunged'; readonly modSeq: ModSeq; readonly uids: readonly Uid[] }
  /** The folder was deleted. It is the last change. */
  | { readonly kind: 'gone'; readonly modSeq: ModSeq }

/** A folder's messages in memory, shared by every session; a reader of the journal. Positions count from 0 in UID order. */
export interface FolderIndex {
  readonly folder: FolderId
  readonly uidValidity: number
  readonly uidNext: Uid
  readonly highestModSeq: ModSeq
  readonly count: number
  /** Every keyword in use in the folder. */
  readonly keywords: readonly string[]
  uidAt(position: number): Uid
  /** Those at the positions from `start` up to but not including `end`. */
  uidsBetween(start: number, end: number): readonly Uid[]
  /** How many UIDs are smaller: the position of `uid`, or where it would stand. */
  rank(uid: Uid): number
  /** -1 when absent. */
  positionOf(uid: Uid): number
  /** The same object for equal flags. */
  flagsAt(position: number): Flags
  modSeqAt(position: number): ModSeq
  /** The ascending UIDs of those that are there and have a later mod-sequence. */
  changedSince(modSeq: number): readonly Uid[]
  /** The position of the first message without `\Seen`, or -1. */
  firstUnseen(): number
  /**
   * RFC 3501 §2.3.2: the first UID that no read-write session has been shown as recent.
   * With `claim` the caller is that session from here on.
   */
  firstRecent(claim: boolean): Uid
  /**
   * Hears each change at the moment at which the index has taken it in, in order; before `expunged` is told the UIDs are
   * out of the index. Returns "stop".
   */
  watch(heard: (change: Change) => void): () => void
}

/** An index that stays in memory until it is closed. */
export interface OpenFolder {
  readonly index: FolderIndex
  close(): void
}

/** RFC 9051 §6.4.4, with sequence numbers and `\Recent` already turned into UIDs by the session that asks. */
export type SearchKey =
  | { readonly key: 'all' }
  | { readonly key: 'uids'; readonly ranges: readonly (readonly [Uid, Uid])[] }
  /** A system flag by its name, or a keyword. */
  | { readonly key: 'flag'; readonly flag: string; readonly set: boolean }
  /**
   * Days as `YYYY-MM-DD`; `received` disregards time and zone, `sent` is the Date header, `saved` the day in UTC on which
   * it came into the folder.
   */
  | { readonly key: 'before' | 'on' | 'since'; readonly of: 'received' | 'sent' | 'saved'; readonly day: string }
  | { readonly key: 'larger' | 'smaller'; readonly octets: number }
  /** Decoded header text that holds `text` as a substring; an empty text asks for the field's presence. */
  | { readonly key: 'header'; readonly name: string; readonly text: string }
  | { readonly key: 'body' | 'text'; readonly text: string }
  /** Received at that moment, or before or after it; in milliseconds since the epoch (RFC 5032 §3). */
  | { readonly key: 'older' | 'younger'; readonly than: number }
  /** RFC 7162 §3.1.5 */
  | { readonly key: 'modseq'; readonly from: ModSeq }
  | { readonly key: 'not'; readonly of: SearchKey }
  | { readonly key: 'or' | 'and'; readonly of: readonly SearchKey[] }

/** What a mailbox may hold; undefined where there is no limit. */
export interface QuotaLimits {
  readonly octets: number | undefined
  readonly messages: number | undefined
}

export interface Quota {
  readonly used: { readonly octets: number; readonly messages: number }
  readonly limits: QuotaLimits
}

/** That something happened to a folder; 0 stands for the mailbox. */
export interface MailboxLine {
  readonly folder: FolderId
  readonly kind: 'added' | 'changed' | 'expunged' | 'created' | 'renamed' | 'gone' | 'subscribed' | 'annotated'
  /** `subscribed`: the name; `annotated`: the entries, separated by spaces. */
  readonly what: string
}

export interface MailboxNews {
  /** The next mark. */
  readonly now: ModSeq
  /** False where the journal does not reach back to the mark: nothing but a full look tells what happened. */
  readonly whole: boolean
  /** Each kind of thing once, in no particular order. */
  readonly lines: readonly MailboxLine[]
}

/** RFC 5464 §3.2: `/private/…` or `/shared/…`, in lower case. */
export interface Annotation {
  readonly entry: string
  readonly value: Buffer
}

export interface AnnotationChange {
  readonly entry: string
  /** Undefined where the entry is to be removed. */
  readonly value: Uint8Array | undefined
}

/** RFC 5256 §3 and RFC 5957 §3. `date` is the Date field, `arrival` the internal date. */
export type SortCriterion = 'arrival' | 'date' | 'size' | 'subject' | 'from' | 'to' | 'cc' | 'displayFrom' | 'displayTo'

export interface SortOrder {
  readonly by: SortCriterion
  readonly reverse: boolean
}

/** RFC 5256 §3, and REFS: like REFERENCES, without a look at subjects, the thread with the latest message last. */
export type Threading = 'orderedsubject' | 'references' | 'refs'

/** A message and what answers it; without a UID where the message that others answer is not there. */
export interface Thread {
  readonly uid: Uid | undefined
  readonly children: readonly Thread[]
}

/**
 * A mailbox that somebody was let into: there is nothing else to reach for, so no check can be forgotten.
 * Every method refuses `gone` once access has taken it back. Writes resolve when they are durable and when every index
 * that is open in this process has taken them in.
 */
export interface Mailbox {
  readonly id: MailboxId
  /** Aborted when access takes the mailbox back. */
  readonly revoked: AbortSignal

  /** Every folder, in no particular order. */
  folders(): Promise<readonly Folder[]>
  folder(path: string): Promise<Folder | undefined>
  /** Makes missing parents too. Refuses `already-exists`, `bad-syntax`. */
  createFolder(path: string, specialUse?: SpecialUse): Promise<Folder>
  /** Refuses `no-such-thing`; `not-allowed` for the inbox and for a folder with children. */
  deleteFolder(id: FolderId): Promise<void>
  /** Children go along; the inbox stays, and its messages move (RFC 9051 §6.3.6). */
  renameFolder(id: FolderId, to: string): Promise<void>
  /** Names under subscription; a name may outlive its folder. */
  subscriptions(): Promise<readonly string[]>
  setSubscribed(path: string, on: boolean): Promise<void>

  /** RFC 9208. Whatever adds to a full mailbox refuses `over-quota`. */
  quota(): Promise<Quota>
  /** Octets of the folder's messages that have `\Deleted`. */
  deletedOctets(folder: FolderId): Promise<number>
  /** RFC 5464: what clients noted about a folder; about the mailbox itself where none is named. */
  annotations(folder: FolderId | undefined): Promise<readonly Annotation[]>
  /** All or none. Refuses `too-big` and `over-quota`, with `detail.code` of RFC 5464 §4.3. */
  annotate(folder: FolderId | undefined, changes: readonly AnnotationChange[]): Promise<void>

  /** RFC 4467 §2.2: the secret with which URLs of the folder's messages are authorised; undefined where there is none. */
  urlKey(folder: FolderId): Promise<Buffer | undefined>
  /** Likewise, made where there is none. */
  makeUrlKey(folder: FolderId): Promise<Buffer>
  /** Forgets it, and with it all that was authorised; of every folder where none is named. */
  resetUrlKeys(folder: FolderId | undefined): Promise<void>

  open(id: FolderId): Promise<OpenFolder>
  /** In UID order; those that are gone are left out. */
  messages(folder: FolderId, uids: readonly Uid[]): Promise<readonly Message[]>
  /**
   * The same a chunk at a time, for many: in UID order, without a promise or an object for each message. Reads from memory
   * or from one piece of the disk a chunk, and lets others have their turn in between.
   */
  metadata(
    folder: FolderId,
    uids: readonly Uid[],
    parts: readonly MetadataPart[],
  ): AsyncGenerator<MetadataChunk, void, undefined>
  /** Octets of a message that {@link messages} or {@link metadata} gave. Refuses `damaged`. */
  content(blob: BlobRef, start?: number, end?: number): Promise<Buffer>
  /** Reads all of a message's octets. Refuses `damaged`: for a message that is then sent in parts. */
  checkContent(blob: BlobRef): Promise<void>
  /**
   * Many pieces, some at a time, in the order given: neighbours come with one read, and the next are read while these are
   * used. What is together held by the reader and by the one who asks is some MiB, or two pieces where they are larger.
   * With memory that is lent nothing has to be made and cleared away: then the octets are good until the next are asked for.
   * Refuses `damaged` once all pieces before the damaged one were given.
   */
  contents(pieces: readonly ContentPiece[], lent?: LentMemory): AsyncGenerator<readonly Buffer[], void, undefined>
  /**
   * RFC 7162 §3.2: UIDs that messages had which went out of the folder after `since`, as ascending ranges that do not touch;
   * where the journal does not look back so far, every UID that was ever given and that no message has.
   */
  vanishedSince(folder: FolderId, since: ModSeq): Promise<readonly UidRange[]>
  /** UIDs in ascending order. `signal` ends a long search; so it does with {@link sort} and {@link threads}. */
  search(folder: FolderId, query: SearchKey, signal?: AbortSignal): Promise<readonly Uid[]>
  /** The ascending UIDs in the order of the keys, the first of which counts most; equal ones stay as they are. */
  sort(
    folder: FolderId,
    uids: readonly Uid[],
    order: readonly SortOrder[],
    signal?: AbortSignal,
  ): Promise<readonly Uid[]>
  /** The threads that the messages with these ascending UIDs make. */
  threads(folder: FolderId, uids: readonly Uid[], by: Threading, signal?: AbortSignal): Promise<readonly Thread[]>

  /**
   * All or none, in one write. `replacing` is a message that is removed in the same write (RFC 8508 §3.1), whatever its
   * flags; refuses `gone` when it is no longer there.
   */
  append(folder: FolderId, messages: readonly NewMessage[], replacing?: Replacing): Promise<Appended>
  store(folder: FolderId, uids: readonly Uid[], change: FlagChange, unchangedSince?: ModSeq): Promise<Stored>
  copy(folder: FolderId, uids: readonly Uid[], to: FolderId): Promise<Copied>
  move(folder: FolderId, uids: readonly Uid[], to: FolderId): Promise<Copied>
  /** Removes those with `\Deleted`, among `uids` when they are given. */
  expunge(folder: FolderId, uids?: readonly Uid[]): Promise<Expunged>
  /** Removes them whatever their flags: POP3's update. */
  remove(folder: FolderId, uids: readonly Uid[]): Promise<Expunged>

  /** RFC 1939 §3: the maildrop's exclusive lock, or undefined while somebody holds it. Returns "unlock". */
  lockMaildrop(): Promise<(() => void) | undefined>
  /** What the journal says after a mark; the mark to begin with is the `now` of an answer. */
  news(since: ModSeq): Promise<MailboxNews>
  /** Wakes after each change of anything in the mailbox. Returns "stop". */
  watch(woken: () => void): () => void
}
