const letters: Readonly<Record<string, string>> = {
  D: '\\Draft',
  F: '\\Flagged',
  R: '\\Answered',
  S: '\\Seen',
  T: '\\Deleted',
}

/** The flags in a Maildir's file name: `1700000000.M1P2.host:2,FS`. */
export const maildirFlags = (name: string): string[] =>
  (/[:;!]2,([A-Za-z]*)$/.exec(name)?.[1] ?? '').split('').flatMap((letter) => letters[letter] ?? [])

/** Whether the names in a folder are those of a Maildir. */
export const isMaildir = (names: readonly string[]): boolean => names.includes('cur') && names.includes('new')
