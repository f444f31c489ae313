import path from 'node:path'
import { readMailFile } from './open-mail-file.ts'

/** The file beside exported .eml files that keeps what they cannot hold: a line of JSON for each. */
export const MESSAGE_LIST = 'messages.jsonl'

/** The facts about an exported file. */
export interface ListedMessage {
  readonly file: string
  /** RFC 3339. */
  readonly received: string
  /** System flags and keywords, as IMAP names them. */
  readonly flags: readonly string[]
}

/** The list of a directory, by file name; empty if the list is missing. Invalid lines are skipped. */
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

/** A file with one message, or an mbox with many. */
export interface Source {
  /** The path in messages to the caller. */
  readonly path: string
  readonly kind: 'message' | 'mbox'
  /** The levels of its folder below the path that the caller named. */
  readonly folder: readonly string[]
  readonly octets: number
  /** Milliseconds since the epoch. */
  readonly modified: number
  /** RFC 3339; undefined if nothing beside the message says when it was received. */
  readonly received?: string | undefined
  /** From the name of a Maildir file, or from the list beside exported messages. */
  readonly flags: readonly string[]
  /** Whether the path is a symbolic link to follow. */
  readonly linked: boolean
  /** Whether the file has the exact octets of the message, also bare LF; other files get the line ends of mail. */
  readonly exact: boolean
}

/** A source of messages; a file that is not mail, or a symbolic link; or a file that cannot be read. */
export type MailFile =
  | { readonly kind: 'source'; readonly source: Source }
  | { readonly kind: 'skipped'; readonly path: string; readonly link: boolean }
  | { readonly kind: 'failed'; readonly path: string; readonly reason: string }

/** The file at the top of an export with the folders that directory names cannot express: a line of JSON for each. */
export const FOLDER_LIST = 'folders.jsonl'

interface ListedFolder {
  readonly directory: string
  readonly folder: string
}

/** The folders in the list of a directory, by the names of their directories; empty where there is no list. */
export async function readFolderList(dir: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const { directory, folder } of await jsonLines<ListedFolder>(dir, FOLDER_LIST)) {
    if (typeof directory === 'string' && typeof folder === 'string') found.set(directory, folder)
  }
  return found
}

export const writeFolderList = (folders: Iterable<ListedFolder>): Buffer =>
  Buffer.from([...folders].map(({ directory, folder }) => `${JSON.stringify({ directory, folder })}\n`).join(''))

type Unread<T> = Partial<Record<keyof T, unknown>>

/** The lines of a file beside mail, unchecked; none if there is no file. Lines that are not JSON are skipped. */
async function jsonLines<T>(dir: string, name: string): Promise<readonly Unread<T>[]> {
  const text = await readMailFile(path.join(dir, name))
  return text.split('\n').map((line) => parsed<T>(line))
}

function parsed<T>(line: string): Unread<T> {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
