import { createHash } from 'node:crypto'

const LONGEST = 200

/**
 * The names of the directories for a folder, one a level: never `.`, `..`, empty, hidden, or anything that a file
 * system reads otherwise. What is replaced is percent-encoded, so that two folders never share a directory.
 */
export const folderNames = (path: string): string[] => path.split('/').map(directoryName)

function directoryName(name: string): string {
  const safe = name
    .replace(/[\x00-\x1f\x7f%\\:*?"<>|]/g, percent)
    // A leading dot hides, a trailing dot or space is dropped by some systems.
    .replace(/^[. ]|[. ]$/g, percent)
  const usable = safe === '' ? '%' : safe
  if (Buffer.byteLength(usable) <= LONGEST) return reserved.test(usable) ? `${usable}%` : usable
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16)
  return `${usable.slice(0, 40).toWellFormed()}%${digest}`
}

/** The name that a directory made by {@link folderNames} stands for; one that was too long stays cut. */
export const levelOf = (directory: string): string =>
  directory
    .replace(/^(.+)%$/, (whole, name: string) => (reserved.test(name) ? name : whole))
    .replace(/%([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

const percent = (text: string): string => `%${text.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

/** Device names of Windows. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
