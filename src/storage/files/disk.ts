import { close, fdatasync, fsync, open, writev, writevSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { makePrivateDirectory } from '../../core/private-files.ts'

/** The operations of a disk that may be slow or full. An option, so that a test can count, delay and refuse them. */
export interface Disk {
  /** Writes at a position of the file. Returns the number of octets written, which may be fewer. */
  write(descriptor: number, buffers: readonly Uint8Array[], position: number): Promise<number>
  /** Resolves when everything written through the descriptor's file is on stable storage. */
  sync(descriptor: number): Promise<void>
}

/** For fewer octets, a synchronous write is faster than waking up a thread. */
const FEW = 256 * 1024
const writeBuffers = promisify(writev)

export const realDisk: Disk = {
  write: async (descriptor, buffers, position) => {
    const octets = buffers.reduce((sum, { length }) => sum + length, 0)
    if (octets <= FEW) return writevSync(descriptor, buffers, position)
    return (await writeBuffers(descriptor, buffers, position)).bytesWritten
  },
  sync: promisify(fdatasync),
}

/**
 * Writes all octets, because one write may take fewer (on a nearly full disk, or beyond 2 GiB). Returns the position
 * after the last octet.
 */
export async function writeAll(
  disk: Disk,
  descriptor: number,
  buffers: readonly Uint8Array[],
  position: number,
): Promise<number> {
  let at = position
  let rest = buffers
  while (rest.length > 0) {
    const written = await disk.write(descriptor, rest, at)
    at += written
    rest = without(rest, written)
  }
  return at
}

function without(buffers: readonly Uint8Array[], octets: number): readonly Uint8Array[] {
  let gone = octets
  const whole = buffers.findIndex((buffer) => {
    if (buffer.length > gone) return true
    gone -= buffer.length
    return false
  })
  return whole < 0 ? [] : [buffers[whole]!.subarray(gone), ...buffers.slice(whole + 1)]
}

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
  const first = await makePrivateDirectory(path)
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made))
}
