import type { ModSeq, Uid } from '../../core/ids.ts'
import type { BlobRef } from '../../storage/engine.ts'

export interface Flags {
  /** Sum of the bits of `systemFlags`. */
  readonly system: number
  /** In the case first used in the folder, compared without regard to case, sorted, without duplicates. */
  readonly keywords: readonly string[]
}

/** RFC 9051 §2.3.3: a time, and the offset from UTC in minutes. */
export interface InternalDate {
  readonly at: number
  readonly zone: number
}

/** RFC 2156 §5.3.4. */
export type Importance = 'low' | 'normal' | 'high'

/** The data of a message that never change while it is in its folder. */
export interface Message {
  readonly uid: Uid
  readonly blob: BlobRef
  /** Octets of the stored bytes: RFC822.SIZE. */
  readonly octets: number
  /** Octets with CRLF line ends and a complete last line, before dot-stuffing. */
  readonly lineOctets: number
  readonly received: InternalDate
  /** EMAILID of RFC 8474. Copies and moves keep it. */
  readonly emailId: string
  /** RFC 8474 §5.3 THREADID: the same for messages of one conversation. Undefined until it is known. */
  readonly threadId: string | undefined
  /** RFC 8970: the beginning of its text; empty if it has no text. Undefined until it is known. */
  readonly preview: string | undefined
  /** RFC 8514: when it was stored in this folder; undefined if that is not recorded. */
  readonly savedAt: number | undefined
  /** RFC 9051 §7.5.2, rendered at delivery, without the name of the item. */
  readonly envelope: Uint8Array
  readonly body: Uint8Array
  readonly bodyStructure: Uint8Array
  /** Offsets of every part, encoded by `encodeStructure` of codecs/mime; `decodeStructure` reads it. */
  readonly structure: string
}

/** RFC 9051 §6.4.4. The session has already turned sequence numbers and `\Recent` into UIDs. */
export type SearchKey =
  | { readonly key: 'all' }
  | { readonly key: 'uids'; readonly ranges: readonly (readonly [Uid, Uid])[] }
  /** A system flag by its name, or a keyword. */
  | { readonly key: 'flag'; readonly flag: string; readonly set: boolean }
  /**
   * Days as `YYYY-MM-DD`; `received` disregards time and zone, `sent` is the Date header, `saved` is the day in UTC on
   * which the message was stored in the folder.
   */
  | { readonly key: 'before' | 'on' | 'since'; readonly of: 'received' | 'sent' | 'saved'; readonly day: string }
  | { readonly key: 'larger' | 'smaller'; readonly octets: number }
  /** Decoded header text that contains `text`. An empty text tests for the presence of the field. */
  | { readonly key: 'header'; readonly name: string; readonly text: string }
  | { readonly key: 'body' | 'text'; readonly text: string }
  /** Received at, before or after that time, in milliseconds since the epoch (RFC 5032 §3). */
  | { readonly key: 'older' | 'younger'; readonly than: number }
  /** RFC 7162 §3.1.5 */
  | { readonly key: 'modseq'; readonly from: ModSeq }
  | { readonly key: 'not'; readonly of: SearchKey }
  | { readonly key: 'or' | 'and'; readonly of: readonly SearchKey[] }
