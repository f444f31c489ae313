import { lstatSync, readdirSync } from 'node:fs'
import path from 'node:path'

/** Lists the files at and below a place that other users can access, as `mode path`. */
export function accessibleToOthers(place: string): string[] {
  const found = lstatSync(place, { throwIfNoEntry: false })
  if (!found || found.isSymbolicLink()) return []
  const mode = found.mode & 0o777
  const own = (mode & 0o077) === 0 ? [] : [`${mode.toString(8)} ${place}`]
  if (!found.isDirectory()) return own
  return [...own, ...readdirSync(place).flatMap((name) => accessibleToOthers(path.join(place, name)))]
}

/** Runs something under a umask of its own. */
export async function underUmask<T>(mask: number, work: () => Promise<T>): Promise<T> {
  const before = process.umask(mask)
  try {
    return await work()
  } finally {
    process.umask(before)
  }
}
