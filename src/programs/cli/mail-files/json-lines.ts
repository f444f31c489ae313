import path from 'node:path'
import { readMailFile } from './open-mail-file.ts'

type Unread<T> = Partial<Record<keyof T, unknown>>

/** The lines of a file beside mail, unchecked; none if there is no file. Lines that are not JSON are skipped. */
export async function jsonLines<T>(dir: string, name: string): Promise<readonly Unread<T>[]> {
  const text = await readMailFile(path.join(dir, name))
  return text.split('\n').map((line) => parsed<T>(line))
}

function parsed<T>(line: string): Unread<T> {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
