import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'

/**
 * Makes a directory with what is missing above it, and answers the topmost one that it made. Throws what the file
 * system says, in finite time: Node's own recursive way goes round for ever where a parent that is there answers
 * ENOENT, as `/proc` does.
 */
export async function makeDirectories(directory: string, mode = 0o777): Promise<string | undefined> {
  const missing: string[] = []
  for (let at = path.resolve(directory); !(await isDirectory(at)); at = path.dirname(at)) missing.push(at)
  for (const it of missing.toReversed()) await makeOne(it, mode)
  return missing.at(-1)
}

async function makeOne(directory: string, mode: number): Promise<void> {
  try {
    await mkdir(directory, mode)
  } catch (thrown) {
    // Somebody else makes it at the same time.
    if (codeOf(thrown) !== 'EEXIST' || !(await isDirectory(directory))) throw thrown
  }
}

/** False where nothing is; throws ENOTDIR where something else is. */
async function isDirectory(place: string): Promise<boolean> {
  try {
    if ((await stat(place)).isDirectory()) return true
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return false
    throw thrown
  }
  throw Object.assign(new Error(`'${place}' is not a directory`), { code: 'ENOTDIR' })
}

const codeOf = (thrown: unknown): string | undefined => (thrown as NodeJS.ErrnoException).code
