/**
 * The name of the directory for one level of a folder: never `.`, `..`, empty or hidden, never a name with a special
 * meaning on a file system, and never the name of a file that an export writes. Characters are percent-encoded, so two
 * folders never share a directory.
 */
export function directoryName(level: string): string {
  const safe = level
    .replace(/[\x00-\x1f\x7f%\\:*?"<>|]/g, percent)
    // A leading dot hides a file; some systems drop a trailing dot or space.
    .replace(/^[. ]|[. ]$/g, percent)
    .replace(ownExtensions, percent)
  const usable = ownNames.test(safe) ? percent(safe[0]!) + safe.slice(1) : safe
  if (usable === '') return '%'
  return reserved.test(usable) ? `${usable}%` : usable
}

/** Another name for the same level, which every file system distinguishes from other names. */
export const encodedName = (level: string): string =>
  Buffer.from(level)
    .toString('hex')
    .toUpperCase()
    .replace(/../g, (code) => `%${code}`)

/** The level of a directory with a name from {@link directoryName} or {@link encodedName}. */
export const levelOf = (directory: string): string =>
  directory
    .replace(/^(.+)%$/, (whole, name: string) => (reserved.test(name) ? name : whole))
    .replace(/(?:%[0-9A-F]{2})+/g, decoded)

function decoded(run: string): string {
  const octets = Buffer.from(run.replaceAll('%', ''), 'hex')
  try {
    return utf8.decode(octets)
  } catch {
    return octets.toString('latin1')
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const percent = (text: string): string => `%${text.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

/** The dot before an extension of the files that an export writes. */
const ownExtensions = /\.(?=(?:eml|mbox|part|jsonl|csv)$)/gi

/** Directories of a Maildir, and the file that an export writes beside messages. */
const ownNames = /^(?:cur|new|tmp|dovecot-keywords)$/i

/** Device names of Windows. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
