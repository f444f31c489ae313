/** Something that is not as it must be. */
export interface VerifyFinding {
  /**
   * `lost`: something that was acknowledged cannot be given. `wrong`: two places tell different things.
   * `litter`: something that nobody needs; it is cleared away behind.
   */
  readonly kind: 'lost' | 'wrong' | 'litter'
  /** What it is about. */
  readonly about: 'database' | 'bytes' | 'message' | 'folder' | 'journal' | 'index' | 'metadata'
  readonly mailbox?: number
  readonly folder?: number
  readonly uid?: number
  /** One sentence. */
  readonly text: string
}

/** How much was looked at. */
export interface VerifyTotals {
  mailboxes: number
  folders: number
  messages: number
  octets: number
}
