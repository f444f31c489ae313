import { constants } from 'node:fs'
import { copyFile, type FileHandle, lstat, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isLoose, recreatePrivateFile } from '../../core/private-files.ts'
import { syncDirectory } from './disk.ts'

/** Milliseconds after a write during which another write may leave the same modification time. */
const UNSETTLED = 2000
/** Octets copied at a time. */
const PIECE = 1024 ** 2
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0

/** Copies the octets of a file into an empty one: unchanged, encrypted, or decrypted. */
export type Transfer = (from: FileHandle, to: FileHandle, paths: { from: string; to: string }) => Promise<void>

/** Copies unchanged; as a clone if the file system supports clones. */
export const unchanged: Transfer = async (from, to, paths) => {
  // copyFile gives the copy the mode of the source.
  if (!isLoose((await from.stat()).mode)) return copyFile(paths.from, paths.to, constants.COPYFILE_FICLONE)
  const piece = Buffer.allocUnsafe(PIECE)
  for (;;) {
    const { bytesRead } = await from.read(piece, 0, PIECE)
    if (bytesRead === 0) return
    await to.appendFile(piece.subarray(0, bytesRead))
  }
}

export interface CopyOptions {
  /** True if another process may write to the source. */
  readonly isWritten?: boolean
  readonly transfer?: Transfer
}

/** Copies a file durably, with its times, so that a later comparison needs no contents. Returns the octets written. */
export async function copyDurably(
  from: string,
  to: string,
  { isWritten = false, transfer = unchanged }: CopyOptions = {},
): Promise<number> {
  const part = `${to}.part`
  await using source = await open(from, constants.O_RDONLY | NO_FOLLOW)
  // Read before the copy: a later change of the source then shows as a difference.
  const { atime, mtime } = await source.stat()
  try {
    await using target = await recreatePrivateFile(part)
    await transfer(source, target, { from, to: part })
    const written = await target.stat()
    // The time of a file that was just written is not reliable, so the copy never counts as the same.
    const isSettled = !isWritten || written.mtimeMs - mtime.getTime() > UNSETTLED
    await target.utimes(atime, isSettled ? mtime : new Date(0))
    await target.sync()
    await rename(part, to)
    await syncDirectory(dirname(to))
    return written.size
  } catch (error) {
    // Removed, because it would take space on a full disk.
    await rm(part, { force: true })
    throw error
  }
}

/** True if a copy exists with the same time and the length that a copy has. */
export async function isCopied(
  from: string,
  to: string,
  lengthOf: (octets: number) => number = (octets) => octets,
): Promise<boolean> {
  const [one, other] = await Promise.all([stat(from), lstat(to).catch(() => undefined)])
  // File systems keep times with different precision.
  return other !== undefined && lengthOf(one.size) === other.size && Math.abs(one.mtimeMs - other.mtimeMs) < 2
}
