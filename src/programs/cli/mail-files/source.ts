/** Where messages are: one in a file, or many in an mbox. */
export interface Source {
  /** As the caller is told of it. */
  readonly path: string
  readonly kind: 'message' | 'mbox'
  readonly octets: number
  /** Milliseconds since the epoch. */
  readonly modified: number
  /** What a Maildir's file name says. */
  readonly flags: readonly string[]
}

/** What was found: a source, something that is no mail, or something that cannot be read. */
export type Found =
  | { readonly kind: 'source'; readonly source: Source }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'failed'; readonly path: string; readonly reason: string }
