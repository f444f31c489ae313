/** A message that is to be exported. */
export interface Listing {
  readonly uid: number
  readonly octets: number
  /** RFC 3339. */
  readonly received: string
  /** System flags and keywords, as IMAP names them. */
  readonly flags: readonly string[]
}

/** Where the messages of one folder go, in the order of their UIDs. */
export interface ExportTarget {
  /** Whether an export before this one has put it there. */
  has(message: Listing): Promise<boolean>
  put(message: Listing, bytes: Buffer): Promise<void>
  /** Told all that are there now: writes what is kept beside the messages. */
  finish(messages: readonly Listing[]): Promise<void>
}

/** A folder, and the directory that stands for it. */
export interface Place {
  readonly directory: string
  /** RFC 9051 §2.3.1.1: which folder of that name it is, if there was another before. */
  readonly uidValidity: number
}

export const formats = ['eml', 'maildir', 'mbox'] as const
export type Format = (typeof formats)[number]
