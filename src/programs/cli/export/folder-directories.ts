import { createHash } from 'node:crypto'
import { normalized } from '../../../codecs/charset/unicode-casemap.ts'
import { directoryName, encodedName } from '../mail-files/directory-name.ts'

/** Octets of a directory name: file systems allow 255, and extensions are added. */
const LONGEST_NAME = 200
/** Octets of a path below the target: macOS allows 1024 for a whole path, and file names are added. */
const LONGEST_PATH = 600

export interface FolderDirectories {
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

/** No other folder has such a name: in names of {@link directoryName} hexadecimal digits follow every `%`, except a last one. */
const digestName = (folder: string): string => `%-${createHash('sha256').update(folder).digest('hex').slice(0, 40)}`

/** Equal for names that APFS, HFS+, NTFS or ext4 may treat as the same. */
const compared = (name: string): string =>
  normalized(
    normalized(name.replace(/\p{Default_Ignorable_Code_Point}/gu, ''), 'NFD')
      .toUpperCase()
      .toLowerCase(),
    'NFD',
  )
