import path from 'node:path'
import { decodeUtf7 } from '../../../codecs/imap/string.ts'
import { writeDateTime } from '../../../codecs/portal/message-batch.ts'
import { readMailFile } from './open-mail-file.ts'

const letters: Readonly<Record<string, string>> = {
  D: '\\Draft',
  F: '\\Flagged',
  R: '\\Answered',
  S: '\\Seen',
  T: '\\Deleted',
}

/** Dovecot's file beside `cur` with the keywords of the letters a to z, one a line: `0 $Forwarded`. */
export const MAILDIR_KEYWORDS = 'dovecot-keywords'
const MOST_KEYWORDS = 26

/** The flags in the name of a Maildir file; lower-case letters are keywords: `1700000000.M1P2.host:2,FSa`. */
export const maildirFlags = (name: string, keywords: readonly (string | undefined)[] = []): string[] =>
  (/[:;!]2,([A-Za-z]*)$/.exec(name)?.[1] ?? '')
    .split('')
    .flatMap((letter) => letters[letter] ?? keywords[letter.charCodeAt(0) - 97] ?? [])

/** The suffix of a file name with its flags, in the order of ASCII. A keyword without a letter is left out. */
export function maildirInfo(flags: readonly string[], keywords: readonly string[]): string {
  const system = Object.keys(letters).filter((letter) => flags.includes(letters[letter]!))
  const others = keywords.flatMap((name, at) => (flags.includes(name) ? String.fromCharCode(97 + at) : []))
  return `:2,${[...system, ...others].join('')}`
}

/** The keywords that get a letter: the first 26. */
export const letteredKeywords = (flags: Iterable<readonly string[]>): string[] => {
  const names = new Set<string>()
  for (const each of flags) for (const name of each) if (!name.startsWith('\\')) names.add(name)
  return [...names].slice(0, MOST_KEYWORDS)
}

export const writeMaildirKeywords = (keywords: readonly string[]): Buffer =>
  Buffer.from(keywords.map((name, at) => `${at} ${name}\n`).join(''))

/** The keywords of a Maildir by their numbers. */
export async function readMaildirKeywords(dir: string): Promise<(string | undefined)[]> {
  const text = await readMailFile(path.join(dir, MAILDIR_KEYWORDS)).catch(() => '')
  const keywords: (string | undefined)[] = []
  for (const line of text.split('\n')) {
    const [, number, name] = /^(\d{1,2}) (\S+)$/.exec(line) ?? []
    if (name !== undefined && Number(number) < MOST_KEYWORDS) keywords[Number(number)] = name
  }
  return keywords
}

/** When a Maildir file was delivered: the seconds at the start of its name; undefined if it has none. */
export function maildirDate(name: string): string | undefined {
  const seconds = /^(\d{9,10})[._]/.exec(name)?.[1]
  return seconds === undefined ? undefined : writeDateTime({ at: Number(seconds) * 1000, zone: 0 })
}

/** Whether the names in a folder are those of a Maildir. */
export const isMaildir = (names: readonly string[]): boolean => names.includes('cur') && names.includes('new')

/** The levels of a directory in a Maildir, by Maildir++: `.Clients.Fabrikam`. */
export const maildirLevels = (name: string): readonly string[] =>
  name
    .slice(1)
    .split('.')
    .map((level) => decodeUtf7(level) ?? level)
