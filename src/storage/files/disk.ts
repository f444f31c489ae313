import { close, fdatasync, fsync, open } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { makeDirectories } from '../../core/directories.ts'

/** The one thing asked of a disk that takes its time; handed in, so that a test can count and hold it. */
export interface Disk {
  /** Resolves when everything written through the descriptor's file is on stable storage. */
  sync(descriptor: number): Promise<void>
}

export const realDisk: Disk = { sync: promisify(fdatasync) }

const openFile = promisify(open)
const closeFile = promisify(close)
const flush = promisify(fsync)

/** Makes a whole file durable. */
export async function syncFile(path: string): Promise<void> {
  const descriptor = await openFile(path, 'r')
  try {
    await flush(descriptor)
  } finally {
    await closeFile(descriptor)
  }
}

/** Makes the entries of a directory durable: a new file is not safe before its name is. */
export const syncDirectory = syncFile

/** Makes a directory for its owner alone, with missing parents, durably. */
export async function makeDirectory(path: string): Promise<void> {
  const first = await makeDirectories(path, 0o700)
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made))
}
