import { constants } from 'node:fs'
import { copyFile, type FileHandle, lstat, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isLoose, recreatePrivateFile } from '../../core/private-files.ts'
import { syncDirectory } from './disk.ts'

/** Milliseconds after a write during which another one may leave the file with the same time. */
const UNSETTLED = 2000
/** Octets copied at a time. */
const PIECE = 1024 ** 2
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0

/** Writes the octets of one file into another that is empty: as they are, encrypted, or decrypted. */
export type Transfer = (from: FileHandle, to: FileHandle, paths: { from: string; to: string }) => Promise<void>

/** As they are, and as a clone where the file system makes clones. */
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
  /** Whether somebody may be writing to the source. */
  readonly isWritten?: boolean
  readonly transfer?: Transfer
}

/** Copies a file durably, with its times, so that a look is enough to see that the two are the same. Returns octets written. */
export async function copyDurably(
  from: string,
  to: string,
  { isWritten = false, transfer = unchanged }: CopyOptions = {},
): Promise<number> {
  const part = `${to}.part`
  await using source = await open(from, constants.O_RDONLY | NO_FOLLOW)
  // Before the copy: what is added to it meanwhile makes the next look see a difference.
  const { atime, mtime } = await source.stat()
  try {
    await using target = await recreatePrivateFile(part)
    await transfer(source, target, { from, to: part })
    const written = await target.stat()
    // Of a file that was just written to, the time says nothing: it is never taken for the same.
    const isSettled = !isWritten || written.mtimeMs - mtime.getTime() > UNSETTLED
    await target.utimes(atime, isSettled ? mtime : new Date(0))
    await target.sync()
    await rename(part, to)
    await syncDirectory(dirname(to))
    return written.size
  } catch (error) {
    // On a disk that is full it would be in the way.
    await rm(part, { force: true })
    throw error
  }
}

/** Whether a copy is there that is as old, and as long as a copy of so many octets is. */
export async function isCopied(
  from: string,
  to: string,
  lengthOf: (octets: number) => number = (octets) => octets,
): Promise<boolean> {
  const [one, other] = await Promise.all([stat(from), lstat(to).catch(() => undefined)])
  // Not every file system keeps times as exactly as the other.
  return other !== undefined && lengthOf(one.size) === other.size && Math.abs(one.mtimeMs - other.mtimeMs) < 2
}
