import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs'
import { chmod, type FileHandle, lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { refuse } from './refusal.ts'

// Postern creates all its files here: readable only by the owner, with any umask, and never through a symbolic link.

const PRIVATE_FILE = 0o600
/** Permissions of the group and of all others. */
const OF_OTHERS = 0o077
// Windows has no O_NOFOLLOW; O_EXCL follows no link there either.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0
const NEW = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW
const isWindows = process.platform === 'win32'

/** Creates a file and opens it for writing and reading. Throws EEXIST if the name exists, even as a symbolic link. */
export async function createPrivateFile(file: string): Promise<FileHandle> {
  const handle = await open(file, NEW, PRIVATE_FILE)
  try {
    await settle(handle, file)
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Removes an existing file and creates a new one. A symbolic link is removed, not followed. */
export async function recreatePrivateFile(file: string): Promise<FileHandle> {
  await rm(file, { force: true })
  return createPrivateFile(file)
}

/** Like {@link recreatePrivateFile}. Returns the descriptor. */
export function recreatePrivateFileSync(file: string): number {
  rmSync(file, { force: true })
  const descriptor = openSync(file, NEW, PRIVATE_FILE)
  try {
    if (!isPrivate(fstatSync(descriptor).mode)) fchmodSync(descriptor, PRIVATE_FILE)
    if (isLoose(fstatSync(descriptor).mode)) refuseLoose(file)
    return descriptor
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/** Replaces a file as a whole, by rename. A symbolic link is replaced, not followed. */
export async function replacePrivateFile(file: string, content: string | Uint8Array, modified?: Date): Promise<void> {
  const part = `${file}.part`
  const handle = await recreatePrivateFile(part)
  try {
    await handle.writeFile(content)
    if (modified) await handle.utimes(modified, modified)
  } finally {
    await handle.close()
  }
  await rename(part, file)
}

/** Opens an existing file for writing and reading, and makes it private. Throws ELOOP for a symbolic link. */
export async function openPrivateFile(file: string): Promise<FileHandle> {
  const handle = await open(file, constants.O_RDWR | NO_FOLLOW)
  try {
    await settle(handle, file)
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

/**
 * Makes a file private, and creates it if it is missing, for a library that opens files by name. Does not open an
 * existing file, because closing it would drop the locks of this process. Refuses `not-allowed` for a symbolic link.
 */
export async function ensurePrivateFile(file: string): Promise<void> {
  try {
    await (await createPrivateFile(file)).close()
    return
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const found = await lstat(file)
  if (!found.isFile()) refuse('not-allowed', `'${file}' is not a regular file.`, { file })
  tighten(file, found.mode, PRIVATE_FILE)
}

/** Removes the permissions of others. Refuses `not-allowed` if that has no effect. Returns whether others had any. */
function tighten(path: string, mode: number, target: number): boolean {
  if (!isLoose(mode)) return false
  try {
    chmodSync(path, target)
  } catch (error) {
    refuseLoose(path, error)
  }
  if (isLoose(statSync(path).mode)) refuseLoose(path)
  return true
}

/** Whether others have permissions. Windows has no such modes; a file inherits the permissions of its directory. */
export const isLoose = (mode: number): boolean => !isWindows && (mode & OF_OTHERS) !== 0

/** The umask may have removed permissions of the owner. */
const isPrivate = (mode: number): boolean => isWindows || (mode & 0o777) === PRIVATE_FILE

async function settle(handle: FileHandle, file: string): Promise<void> {
  const { mode } = await handle.stat()
  if (isPrivate(mode)) return
  await handle.chmod(PRIVATE_FILE)
  if (isLoose((await handle.stat()).mode)) refuseLoose(file)
}

function refuseLoose(path: string, error?: unknown): never {
  const cause = error === undefined ? 'the file system does not keep permissions' : (error as Error).message
  return refuse('not-allowed', `'${path}' cannot be kept from other users: ${cause}.`, { file: path })
}

const PRIVATE_DIRECTORY = 0o700

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
  if (tighten(directory, found.mode, PRIVATE_DIRECTORY)) tightenWithin(directory)
}

async function makeOne(directory: string): Promise<void> {
  try {
    await mkdir(directory, PRIVATE_DIRECTORY)
    // The umask may have removed permissions of the owner.
    if (((await stat(directory)).mode & 0o777) !== PRIVATE_DIRECTORY) await chmod(directory, PRIVATE_DIRECTORY)
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
 * changes to `warn`. Refuses `not-allowed` for a directory that belongs to another user, who could change it at any
 * time.
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
  if (tighten(dir, mode, PRIVATE_DIRECTORY)) warn(`Other users could enter ${dir}: its mode is now 0700.`)
  const files = tightenWithin(dir)
  if (files > 0) warn(`Other users had permissions on ${files} files below ${dir}: only their owner has them now.`)
}

/** Returns the number of entries that had permissions for other users. */
function tightenWithin(dir: string): number {
  let count = 0
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const entryPath = path.join(dir, entry.name)
    if (entry.isDirectory()) {
      if (tightenEntry(entryPath, PRIVATE_DIRECTORY)) count++
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
