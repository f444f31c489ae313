import { constants } from 'node:fs'
import { type FileHandle, open, rename, stat } from 'node:fs/promises'
import { makeDirectories } from '../../../core/directories.ts'
import { failed } from '../failure.ts'

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants

export const directory = (place: string): Promise<unknown> => told(place, makeDirectories(place))

/** Writes a file as a whole or not at all: under another name first. */
export async function written(file: string, bytes: Buffer, modified?: Date): Promise<void> {
  const part = `${file}.part`
  const handle = await emptied(part)
  await told(part, filled(handle, bytes, modified))
  await told(file, rename(part, file))
}

async function filled(handle: FileHandle, bytes: Buffer, modified: Date | undefined): Promise<void> {
  try {
    await handle.writeFile(bytes)
    if (modified) await handle.utimes(modified, modified)
  } finally {
    await handle.close()
  }
}

/** An empty file to be written; a link that stands in its place is not followed. */
export const emptied = (file: string): Promise<FileHandle> =>
  told(file, open(file, O_CREAT | O_TRUNC | O_APPEND | O_WRONLY | (O_NOFOLLOW ?? 0), 0o600))

export const moved = (from: string, to: string): Promise<void> => told(to, rename(from, to))

/** Octets and time of a file; undefined where there is none. */
export const sizeAndTime = (file: string): Promise<{ size: number; mtimeMs: number } | undefined> =>
  stat(file).catch(() => undefined)

/** A failure of the file system, with the name of what it was about. */
export const told = <T>(file: string, work: Promise<T>): Promise<T> =>
  work.catch((thrown: Error) => failed('NotWritten', `${file}: ${thrown.message}`))
