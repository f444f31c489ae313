import { readFile } from 'node:fs/promises'
import path from 'node:path'

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
  const text = await readFile(path.join(dir, MESSAGE_LIST), 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return ''
    throw thrown
  })
  return new Map(text.split('\n').flatMap(entry))
}

export const writeMessageList = (messages: readonly Listed[]): Buffer =>
  Buffer.from(messages.map(({ file, received, flags }) => `${JSON.stringify({ file, received, flags })}\n`).join(''))

function entry(line: string): [string, Listed][] {
  const { file, received, flags } = parsed(line)
  if (typeof file !== 'string' || typeof received !== 'string' || !Array.isArray(flags)) return []
  return [[file, { file, received, flags: flags.filter((it) => typeof it === 'string') }]]
}

function parsed(line: string): Partial<Record<keyof Listed, unknown>> {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
