import { lstatSync, readdirSync, statSync } from 'node:fs'
import { chmod, lstat, mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { isLoose, tighten } from './private-files.ts'
import { refuse } from './refusal.ts'

const PRIVATE = 0o700
const PRIVATE_FILE = 0o600

/**
 * Creates a directory and its missing parents, accessible only to the owner. Returns the topmost one that it created.
 * Throws the error of the file system. Node's recursive mkdir never returns if an existing parent answers ENOENT, as
 * `/proc` does.
 */
export async function makePrivateDirectory(directory: string): Promise<string | undefined> {
  const missing: string[] = []
  for (let at = path.resolve(directory); !(await isDirectory(at)); at = path.dirname(at)) missing.push(at)
  for (const it of missing.toReversed()) await makeOne(it)
  return missing.at(-1)
}

/**
 * Creates a directory, or makes an existing one private with everything in it. Throws ENOTDIR for anything else. A
 * symbolic link to a directory is refused too: another user could direct files to another place with it.
 */
export async function takeDirectory(directory: string): Promise<void> {
  await makeOne(directory)
  const found = await lstat(directory)
  if (!found.isDirectory()) throw notDirectory(directory)
  if (tighten(directory, found.mode, PRIVATE)) tightenWithin(directory)
}

async function makeOne(directory: string): Promise<void> {
  try {
    await mkdir(directory, PRIVATE)
    // The umask may have removed permissions of the owner.
    if (((await stat(directory)).mode & 0o777) !== PRIVATE) await chmod(directory, PRIVATE)
  } catch (thrown) {
    // Another process created it at the same time.
    if (codeOf(thrown) !== 'EEXIST' || !(await isDirectory(directory))) throw thrown
  }
}

/** False if nothing has that name. Throws ENOTDIR if something else has it. */
async function isDirectory(place: string): Promise<boolean> {
  try {
    if ((await stat(place)).isDirectory()) return true
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return false
    throw thrown
  }
  throw notDirectory(place)
}

const notDirectory = (place: string): Error =>
  Object.assign(new Error(`'${place}' is not a directory`), { code: 'ENOTDIR' })

const codeOf = (thrown: unknown): string | undefined => (thrown as NodeJS.ErrnoException).code

/**
 * Removes the permissions of other users from a directory and everything in it, except from symbolic links. Reports the
 * changes to `warn`. Refuses `not-allowed` for a directory that belongs to another user, who could change it at any time.
 */
export function protectDirectory(dir: string, warn: (text: string) => void, user = process.getuid?.()): void {
  const { uid, mode } = statSync(dir)
  if (user !== undefined && uid !== user) {
    if (user !== 0) {
      refuse(
        'not-allowed',
        `The directory ${dir} belongs to another user (${uid}). To fix it: make ${user} its owner, or use a directory below it.`,
        { directory: dir },
      )
    }
    warn(`The directory ${dir} belongs to user ${uid}, who can change its files.`)
  }
  if (tighten(dir, mode, PRIVATE)) warn(`Other users could enter ${dir}: its mode is now 0700.`)
  const files = tightenWithin(dir)
  if (files > 0) warn(`Other users had permissions on ${files} files below ${dir}: only their owner has them now.`)
}

/** Returns the number of entries that had permissions for other users. */
function tightenWithin(dir: string): number {
  let count = 0
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const entryPath = path.join(dir, entry.name)
    if (entry.isDirectory()) {
      if (tightenEntry(entryPath, PRIVATE)) count++
      count += tightenWithin(entryPath)
    } else if (entry.isFile() && tightenEntry(entryPath, PRIVATE_FILE)) count++
  }
  return count
}

function tightenEntry(file: string, target: number): boolean {
  // A running backup or server may have removed it in the meantime.
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (!found || found.isSymbolicLink() || !isLoose(found.mode)) return false
  return tighten(file, found.mode, target)
}
