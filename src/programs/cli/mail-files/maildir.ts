import path from 'node:path'
import { decodeUtf7 } from '../../../codecs/imap/string.ts'
import { writeDateTime } from '../../../codecs/portal/date-time.ts'
import { readMailFile } from './open-mail-file.ts'

const letters: Readonly<Record<string, string>> = {
  D: '\\Draft',
  F: '\\Flagged',
  R: '\\Answered',
  S: '\\Seen',
  T: '\\Deleted',
}

/** Dovecot's file beside `cur` that says what the letters a to z stand for: `0 $Forwarded`, a line each. */
export const MAILDIR_KEYWORDS = 'dovecot-keywords'
const MOST_KEYWORDS = 26

/** The flags in a Maildir's file name, in which small letters stand for keywords: `1700000000.M1P2.host:2,FSa`. */
export const maildirFlags = (name: string, keywords: readonly (string | undefined)[] = []): string[] =>
  (/[:;!]2,([A-Za-z]*)$/.exec(name)?.[1] ?? '')
    .split('')
    .flatMap((letter) => letters[letter] ?? keywords[letter.charCodeAt(0) - 97] ?? [])

/** What follows a file's name; the letters stand in the order of ASCII. A keyword without a letter is left out. */
export function maildirInfo(flags: readonly string[], keywords: readonly string[]): string {
  const system = Object.keys(letters).filter((letter) => flags.includes(letters[letter]!))
  const others = keywords.flatMap((name, at) => (flags.includes(name) ? String.fromCharCode(97 + at) : []))
  return `:2,${[...system, ...others].join('')}`
}

/** The keywords that get a letter: those that come first. */
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

/** When a file of a Maildir was delivered, as its name begins with the seconds of that; undefined if it does not. */
export function maildirDate(name: string): string | undefined {
  const seconds = /^(\d{9,10})[._]/.exec(name)?.[1]
  return seconds === undefined ? undefined : writeDateTime({ at: Number(seconds) * 1000, zone: 0 })
}

/** Whether the names in a folder are those of a Maildir. */
export const isMaildir = (names: readonly string[]): boolean => names.includes('cur') && names.includes('new')

/** The levels that a directory within a Maildir stands for in Maildir++: `.Clients.Fabrikam`. */
export const maildirLevels = (name: string): readonly string[] =>
  name
    .slice(1)
    .split('.')
    .map((level) => decodeUtf7(level) ?? level)
