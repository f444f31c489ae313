import { type FileHandle, lstat, rename } from 'node:fs/promises'
import path from 'node:path'
import { makePrivateDirectory, takeDirectory } from '../../../core/private-directories.ts'
import { recreatePrivateFile, replacePrivateFile } from '../../../core/private-files.ts'
import { Refusal } from '../../../core/refusal.ts'
import { failed } from '../failure.ts'

/** The directory that the caller named, as it is, or made. */
export const target = (place: string): Promise<unknown> => told(place, makePrivateDirectory(place))

/**
 * A directory below the target, one level after another; symbolic links are not followed. `taken`: those that were taken
 * before by the same export.
 */
export async function directoryBelow(
  place: string,
  levels: readonly string[],
  taken = new Set<string>(),
): Promise<void> {
  let at = place
  for (const level of levels) {
    at = path.join(at, level)
    if (taken.has(at)) continue
    await told(at, takeDirectory(at))
    taken.add(at)
  }
}

/** Writes a file as a whole or not at all: under another name first. */
export const written = (file: string, bytes: Buffer, modified?: Date): Promise<void> =>
  told(file, replacePrivateFile(file, bytes, modified))

/** An empty file to be written, in place of what an export that was cut off left there. */
export const emptied = (file: string): Promise<FileHandle> => told(file, recreatePrivateFile(file))

export const moved = (from: string, to: string): Promise<void> => told(to, rename(from, to))

/** Octets and time of a file; undefined where there is none, or something else. */
export async function sizeAndTime(file: string): Promise<{ size: number; mtimeMs: number } | undefined> {
  const found = await lstat(file).catch(() => undefined)
  return found?.isFile() ? found : undefined
}

/** A failure of the file system, with the name of what it was about. */
export const told = <T>(file: string, work: Promise<T>): Promise<T> =>
  work.catch((thrown: Error) =>
    failed('NotWritten', thrown instanceof Refusal ? thrown.message : `${file}: ${thrown.message}`),
  )
