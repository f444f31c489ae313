import { refuse } from '../../../core/refusal.ts'
import type { MailLimits } from '../limits.ts'
import { normalized } from '../../../codecs/charset/normalize.ts'

/** The inbox's name, whatever its case was when somebody asked (RFC 9051 §5.1). */
export const INBOX = 'Inbox'
export const SEPARATOR = '/'

/** A folder's names from the root. */
export type FolderPath = readonly string[]

const forbidden = /[\p{Cc}\u2028\u2029]/u

/** Reads a path. Refuses `bad-syntax` for one that no folder can have. */
export function folderPath(text: string, limits: MailLimits): FolderPath {
  const names = split(text, limits)
  return typeof names === 'string' ? refuse('bad-syntax', names) : names
}

/** Like {@link folderPath}, where a path that no folder can have is simply not there. */
export function findablePath(text: string, limits: MailLimits): FolderPath | undefined {
  const names = split(text, limits)
  return typeof names === 'string' ? undefined : names
}

export const joined = (path: FolderPath): string => path.join(SEPARATOR)

/** The names, or what is wrong with them. */
function split(text: string, limits: MailLimits): FolderPath | string {
  if (text.length > limits.folderPath) return 'The folder name is too long'
  if (!text.isWellFormed() || forbidden.test(text)) return 'The folder name holds a character that is not allowed'
  // RFC 5198 §3: one form for what looks the same.
  const names = normalized(text, 'NFC').split(SEPARATOR)
  if (names.includes('')) return 'The folder name has an empty part'
  if (names.length > limits.folderDepth) return 'The folder name has too many levels'
  if (names.some((name) => name.length > limits.folderName)) return 'The folder name is too long'
  if (names[0]!.toLowerCase() === 'inbox') names[0] = INBOX
  return names.join(SEPARATOR).length > limits.folderPath ? 'The folder name is too long' : names
}
