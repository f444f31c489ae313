/** A fault that the check found. */
export interface VerifyFinding {
  /**
   * `lost`: acknowledged data cannot be read. `wrong`: two places contradict each other. `unused`: unused data, which
   * upkeep removes.
   */
  readonly kind: 'lost' | 'wrong' | 'unused'
  /** The subject of the finding. */
  readonly about: 'database' | 'bytes' | 'message' | 'folder' | 'journal' | 'index' | 'metadata'
  readonly mailbox?: number
  readonly folder?: number
  readonly uid?: number
  /** One sentence. */
  readonly text: string
}

/** Counts of checked data. */
export interface VerifyTotals {
  mailboxes: number
  folders: number
  messages: number
  octets: number
}
