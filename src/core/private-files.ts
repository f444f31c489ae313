import { chmodSync, closeSync, constants, fchmodSync, fstatSync, openSync, rmSync, statSync } from 'node:fs'
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises'
import { refuse } from './refusal.ts'

// Postern creates all its files here: readable only by the owner, with any umask, and never through a symbolic link.

const PRIVATE = 0o600
/** Permissions of the group and of all others. */
const OF_OTHERS = 0o077
// Windows has no O_NOFOLLOW; O_EXCL follows no link there either.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0
const NEW = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW
const isWindows = process.platform === 'win32'

/** Creates a file and opens it for writing and reading. Throws EEXIST if the name exists, even as a symbolic link. */
export async function createPrivateFile(file: string): Promise<FileHandle> {
  const handle = await open(file, NEW, PRIVATE)
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
  const descriptor = openSync(file, NEW, PRIVATE)
  try {
    if (!isPrivate(fstatSync(descriptor).mode)) fchmodSync(descriptor, PRIVATE)
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
 * Makes a file private, and creates it if it is missing, for a library that opens files by name. Does not open an existing
 * file, because closing it would drop the locks of this process. Refuses `not-allowed` for a symbolic link.
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
  tighten(file, found.mode, PRIVATE)
}

/** Removes the permissions of others. Refuses `not-allowed` if that has no effect. Returns whether others had any. */
export function tighten(path: string, mode: number, target: number): boolean {
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
const isPrivate = (mode: number): boolean => isWindows || (mode & 0o777) === PRIVATE

async function settle(handle: FileHandle, file: string): Promise<void> {
  const { mode } = await handle.stat()
  if (isPrivate(mode)) return
  await handle.chmod(PRIVATE)
  if (isLoose((await handle.stat()).mode)) refuseLoose(file)
}

function refuseLoose(path: string, error?: unknown): never {
  const cause = error === undefined ? 'the file system does not keep permissions' : (error as Error).message
  return refuse('not-allowed', `'${path}' cannot be kept from other users: ${cause}.`, { file: path })
}
