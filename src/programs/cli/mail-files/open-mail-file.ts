import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

// Windows has neither.
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0
const NO_WAIT = constants.O_NONBLOCK ?? 0

/**
 * Opens a regular file. Throws for a symbolic link, unless it is to be followed: who fills a directory that somebody else
 * imports could have any file of his read. To open a named pipe would wait for a writer.
 */
export async function openMailFile(file: string, followLink = false): Promise<FileHandle> {
  const handle = await open(file, constants.O_RDONLY | NO_WAIT | (followLink ? 0 : NO_FOLLOW))
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  throw new Error('It is not a regular file.')
}

/** What a file beside mail says; nothing where there is none, or something else. */
export async function readMailFile(file: string): Promise<string> {
  try {
    await using handle = await openMailFile(file)
    return await handle.readFile('utf8')
  } catch (thrown) {
    if (['ENOENT', 'ELOOP', undefined].includes((thrown as NodeJS.ErrnoException).code)) return ''
    throw thrown
  }
}
