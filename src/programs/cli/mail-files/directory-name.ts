import { createHash } from 'node:crypto'
import { normalized } from '../../../codecs/charset/unicode-casemap.ts'

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

/** Octets of a directory name: file systems allow 255, and extensions are added. */
const LONGEST_NAME = 200
/** Octets of a path below the target: macOS allows 1024 for a whole path, and file names are added. */
const LONGEST_PATH = 600

interface FolderDirectories {
  /** The directories of each folder below the target, one a level. */
  readonly levels: ReadonlyMap<string, readonly string[]>
  /** Directories whose names do not contain the folder's path, and these paths. */
  readonly listed: readonly { readonly directory: string; readonly folder: string }[]
}

/** One level of the tree of folders. */
interface Node {
  readonly directory: string
  readonly below: Map<string, Node>
  /** The names of the directories below, as a case-insensitive file system compares them. */
  readonly taken: Set<string>
}

/**
 * The directories of folders: each folder has its own, even on a case-insensitive file system, and each name is valid
 * on every file system. Of folders that differ only in case, the first keeps its name.
 */
export function folderDirectories(folders: readonly string[]): FolderDirectories {
  const root = nodeOf('')
  const levels = new Map<string, readonly string[]>()
  const listed: { directory: string; folder: string }[] = []
  for (const folder of folders) {
    const path = pathIn(root, folder)
    if (fits(path)) {
      levels.set(folder, path)
      continue
    }
    const directory = digestName(folder)
    levels.set(folder, [directory])
    listed.push({ directory, folder })
  }
  return { levels, listed }
}

function pathIn(root: Node, folder: string): readonly string[] {
  const path: string[] = []
  let node = root
  for (const level of folder.split('/')) {
    node = node.below.get(level) ?? added(node, level)
    path.push(node.directory)
  }
  return path
}

function added(node: Node, level: string): Node {
  const name = directoryName(level)
  const child = nodeOf(node.taken.has(compared(name)) ? encodedName(level) : name)
  node.taken.add(compared(child.directory))
  node.below.set(level, child)
  return child
}

const nodeOf = (directory: string): Node => ({ directory, below: new Map(), taken: new Set() })

const fits = (path: readonly string[]): boolean =>
  path.every((name) => Buffer.byteLength(name) <= LONGEST_NAME) && Buffer.byteLength(path.join('/')) <= LONGEST_PATH

/**
 * No other folder has such a name: in names of {@link directoryName} hexadecimal digits follow every `%`, except a last
 * one.
 */
const digestName = (folder: string): string => `%-${createHash('sha256').update(folder).digest('hex').slice(0, 40)}`

/** Equal for names that APFS, HFS+, NTFS or ext4 may treat as the same. */
const compared = (name: string): string =>
  normalized(
    normalized(name.replace(/\p{Default_Ignorable_Code_Point}/gu, ''), 'NFD')
      .toUpperCase()
      .toLowerCase(),
    'NFD',
  )
