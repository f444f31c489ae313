import { constants } from 'node:fs'
import { chmod, copyFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncDirectory, syncFile } from './disk.ts'

/** Milliseconds after a write during which another one may leave the file with the same time. */
const UNSETTLED = 2000

/**
 * Copies a file durably, with its times, so that a look is enough to see that the two are the same. `isWritten`: whether
 * somebody may be writing to it.
 */
export async function copyDurably(from: string, to: string, isWritten = false): Promise<void> {
  const part = `${to}.part`
  await rm(part, { force: true })
  // Before the copy: what is added to it meanwhile makes the next look see a difference.
  const { atime, mtime } = await stat(from)
  try {
    await copyFile(from, part, constants.COPYFILE_FICLONE)
    await chmod(part, 0o600)
    // Of a file that was just written to, the time says nothing: it is never taken for the same.
    const isSettled = !isWritten || (await stat(part)).mtimeMs - mtime.getTime() > UNSETTLED
    await utimes(part, atime, isSettled ? mtime : new Date(0))
    await syncFile(part)
    await rename(part, to)
  } catch (error) {
    // On a disk that is full it would be in the way.
    await rm(part, { force: true })
    throw error
  }
  await syncDirectory(dirname(to))
}

/** Whether a copy is there that is as long and as old. */
export async function isCopied(from: string, to: string): Promise<boolean> {
  const [one, other] = await Promise.all([stat(from), stat(to).catch(() => undefined)])
  // Not every file system keeps times as exactly as the other.
  return other !== undefined && one.size === other.size && Math.abs(one.mtimeMs - other.mtimeMs) < 2
}
