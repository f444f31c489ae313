import { chmodSync, closeSync, constants, fchmodSync, fstatSync, openSync, rmSync, statSync } from 'node:fs'
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises'
import { refuse } from './refusal.ts'

// Every file that Postern makes is made here: readable by its owner alone, whatever the umask, and never through a
// symbolic link.

const PRIVATE = 0o600
/** Permissions of the group and of everybody else. */
const OF_OTHERS = 0o077
// Windows has no O_NOFOLLOW; O_EXCL follows no link there either.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0
const NEW = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW
const isWindows = process.platform === 'win32'

/** Creates a file and opens it to be written and read. Throws EEXIST if anything has that name, a symbolic link too. */
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

/** Creates a file in place of what an earlier run left under that name. A symbolic link is removed, not followed. */
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

/** Makes the content appear whole, by rename, in place of what is there. A symbolic link is replaced, not followed. */
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

/** Opens a file that is there, to be written and read, and makes it private. Throws ELOOP for a symbolic link. */
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
 * Makes a file private, and creates it if it is missing, for a library that opens files by name. A file that is there is
 * not opened: to close it would drop the locks that this process has on it. Refuses `not-allowed` for a symbolic link.
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

/** Takes the permissions of others away. Refuses `not-allowed` where that has no effect. Returns whether there were any. */
export function tighten(path: string, mode: number, wanted: number): boolean {
  if (!isLoose(mode)) return false
  try {
    chmodSync(path, wanted)
  } catch (error) {
    refuseLoose(path, error)
  }
  if (isLoose(statSync(path).mode)) refuseLoose(path)
  return true
}

/** Whether others have permissions. Windows keeps none of this kind; who may read is inherited from the directory. */
export const isLoose = (mode: number): boolean => !isWindows && (mode & OF_OTHERS) !== 0

/** A umask may have taken permissions of the owner away. */
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
