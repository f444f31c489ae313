import { jsonLines } from './json-lines.ts'

/** The file beside exported .eml files that keeps what they cannot hold: a line of JSON for each. */
export const MESSAGE_LIST = 'messages.jsonl'

/** What is known of an exported file. */
export interface ListedMessage {
  readonly file: string
  /** RFC 3339. */
  readonly received: string
  /** System flags and keywords, as IMAP names them. */
  readonly flags: readonly string[]
}

/** The list of a directory, by file name; empty where there is none. Lines that tell nothing are passed over. */
export async function readMessageList(dir: string): Promise<ReadonlyMap<string, ListedMessage>> {
  const found = new Map<string, ListedMessage>()
  for (const { file, received, flags } of await jsonLines<ListedMessage>(dir, MESSAGE_LIST)) {
    if (typeof file !== 'string' || typeof received !== 'string' || !Array.isArray(flags)) continue
    found.set(file, { file, received, flags: flags.filter((it) => typeof it === 'string') })
  }
  return found
}

export const writeMessageList = (messages: readonly ListedMessage[]): Buffer =>
  Buffer.from(messages.map(({ file, received, flags }) => `${JSON.stringify({ file, received, flags })}\n`).join(''))

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

/** A source of messages; a file that is not mail, or a symbolic link; or a file that cannot be read. */
export type FoundFile =
  | { readonly kind: 'source'; readonly source: Source }
  | { readonly kind: 'skipped'; readonly path: string; readonly link: boolean }
  | { readonly kind: 'failed'; readonly path: string; readonly reason: string }
