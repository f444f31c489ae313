import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

// Windows has neither.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0
const NO_WAIT = constants.O_NONBLOCK ?? 0

/**
 * Opens a regular file. Throws for a symbolic link, unless `followLink` is set: a user who can write to the directory
 * could otherwise make the importing user read any file. O_NONBLOCK: opening a named pipe would wait for a writer.
 */
export async function openMailFile(file: string, followLink = false): Promise<FileHandle> {
  const handle = await open(file, constants.O_RDONLY | NO_WAIT | (followLink ? 0 : NO_FOLLOW))
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  throw new Error('Not a regular file.')
}

/** The text of a file beside mail; empty if there is no regular file. */
export async function readMailFile(file: string): Promise<string> {
  try {
    await using handle = await openMailFile(file)
    return await handle.readFile('utf8')
  } catch (thrown) {
    if (['ENOENT', 'ELOOP', undefined].includes((thrown as NodeJS.ErrnoException).code)) return ''
    throw thrown
  }
}
