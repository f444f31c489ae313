/** Where messages are: one in a file, or many in an mbox. */
export interface Source {
  /** As the caller is told of it. */
  readonly path: string
  readonly kind: 'message' | 'mbox'
  /** The folder that its place stands for, below the path that was given; a level each. */
  readonly folder: readonly string[]
  readonly octets: number
  /** Milliseconds since the epoch. */
  readonly modified: number
  /** RFC 3339; undefined where nothing beside the message tells when it was received. */
  readonly received?: string | undefined
  /** What a Maildir's file name says, or the list beside exported messages. */
  readonly flags: readonly string[]
  /** Whether the path is a symbolic link that is to be followed. */
  readonly linked: boolean
  /** Whether the file has the message's own octets, bare LF included; others get the line ends of mail. */
  readonly exact: boolean
}

/** What was found: a source, something that is no mail or a symbolic link, or something that cannot be read. */
export type Found =
  | { readonly kind: 'source'; readonly source: Source }
  | { readonly kind: 'skipped'; readonly link: boolean }
  | { readonly kind: 'failed'; readonly path: string; readonly reason: string }
