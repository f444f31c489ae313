/**
 * The name of the directory for one level of a folder: never `.`, `..`, empty, hidden, anything that a file system reads
 * otherwise, or a name that an export gives to what it writes itself. What is replaced is percent-encoded, so that two
 * folders never share a directory.
 */
export function directoryName(level: string): string {
  const safe = level
    .replace(/[\x00-\x1f\x7f%\\:*?"<>|]/g, percent)
    // A leading dot hides, a trailing dot or space is dropped by some systems.
    .replace(/^[. ]|[. ]$/g, percent)
    .replace(ownExtensions, percent)
  const usable = ownNames.test(safe) ? percent(safe[0]!) + safe.slice(1) : safe
  if (usable === '') return '%'
  return reserved.test(usable) ? `${usable}%` : usable
}

/** Another name for the same level, which no file system takes for that of a different one. */
export const unmistakableName = (level: string): string =>
  Buffer.from(level)
    .toString('hex')
    .toUpperCase()
    .replace(/../g, (code) => `%${code}`)

/** The level that a directory made by {@link directoryName} or {@link unmistakableName} stands for. */
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

/** The dot before an extension of files that an export writes. */
const ownExtensions = /\.(?=(?:eml|mbox|part|jsonl|csv)$)/gi

/** Directories of a Maildir, and what an export writes beside messages. */
const ownNames = /^(?:cur|new|tmp|dovecot-keywords)$/i

/** Device names of Windows. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
