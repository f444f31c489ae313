import { jsonLines } from './json-lines.ts'

/** The file beside exported .eml files that keeps what they cannot hold: a line of JSON for each. */
export const MESSAGE_LIST = 'messages.jsonl'

/** What is known of an exported file. */
export interface Listed {
  readonly file: string
  /** RFC 3339. */
  readonly received: string
  /** System flags and keywords, as IMAP names them. */
  readonly flags: readonly string[]
}

/** The list of a directory, by file name; empty where there is none. Lines that tell nothing are passed over. */
export async function readMessageList(dir: string): Promise<ReadonlyMap<string, Listed>> {
  const found = new Map<string, Listed>()
  for (const { file, received, flags } of await jsonLines<Listed>(dir, MESSAGE_LIST)) {
    if (typeof file !== 'string' || typeof received !== 'string' || !Array.isArray(flags)) continue
    found.set(file, { file, received, flags: flags.filter((it) => typeof it === 'string') })
  }
  return found
}

export const writeMessageList = (messages: readonly Listed[]): Buffer =>
  Buffer.from(messages.map(({ file, received, flags }) => `${JSON.stringify({ file, received, flags })}\n`).join(''))
