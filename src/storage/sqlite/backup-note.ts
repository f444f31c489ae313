import { existsSync, readdirSync } from 'node:fs'
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { refuse } from '../../core/refusal.ts'
import { syncDirectory, syncFile } from '../files/disk.ts'
import { segmentPath, segmentsIn } from '../files/tail.ts'

export const DATABASE = 'postern.db'
export const SEGMENTS = 'segments'

/** Says that a backup is whole, and what it is of. */
const NOTE = 'backup.json'
/** Says that a backup is being made, or was begun and cut off. */
const BEGUN = 'backup.begun'
const FORMAT = 1

interface Note {
  readonly format: number
  readonly at: string
  /** Octets of the database, and of each segment. */
  readonly database: number
  readonly segments: Readonly<Record<string, number>>
}

/** What belongs to a process that has the directory open, to a backup itself, or to one that was cut off. */
export const isPassing = (path: string): boolean =>
  /^postern\.(db|lock|pid)|^server\.json$|^backup\.(json|begun)$|\.(part|new)$/.test(path)

/** Whether a directory is a backup, one that was cut off, or has nothing in it. */
export function mayHoldBackup(dir: string): boolean {
  if (!existsSync(dir) || existsSync(join(dir, NOTE)) || existsSync(join(dir, BEGUN))) return true
  return readdirSync(dir).every((name) => /^postern\.(lock|pid)$/.test(name))
}

export async function noteBegun(dir: string): Promise<void> {
  await writeFile(join(dir, BEGUN), '', { mode: 0o600 })
  await syncDirectory(dir)
}

/** From here on the directory is no whole backup, until {@link noteWhole}. */
export async function noteBroken(dir: string): Promise<void> {
  await rm(join(dir, NOTE), { force: true })
  await syncDirectory(dir)
}

/** What a backup will be made of: from here on to say so takes no room. */
export async function noteReady(
  dir: string,
  { at, ...made }: Omit<Note, 'format' | 'at'> & { at: number },
): Promise<void> {
  const note: Note = { format: FORMAT, at: new Date(at).toISOString(), ...made }
  const part = join(dir, `${NOTE}.part`)
  await writeFile(part, `${JSON.stringify(note, undefined, 2)}\n`, { mode: 0o600 })
  await syncFile(part)
}

/** It is made of that. */
export async function noteWhole(dir: string): Promise<void> {
  await rename(join(dir, `${NOTE}.part`), join(dir, NOTE))
  await rm(join(dir, BEGUN), { force: true })
  await syncDirectory(dir)
}

/** Refuses what is no backup, one that was not finished, and one of which something is missing. */
export async function checkWhole(dir: string): Promise<void> {
  const text = await readFile(join(dir, NOTE), 'utf8').catch(() => undefined)
  if (text === undefined) {
    const what = existsSync(dir) ? `${dir} is not a backup, or one that was not finished.` : `There is no ${dir}.`
    return refuse('no-such-thing', what)
  }
  const note = JSON.parse(text) as Note
  if (note.format !== FORMAT) refuse('unsupported', `${dir} was made by a newer version of Postern.`)
  const database = await stat(join(dir, DATABASE)).catch(() => undefined)
  const sizes = await sizesIn(dir)
  // A segment may have grown since, where a later backup was begun.
  const lost = Object.entries(note.segments).find(([segment, size]) => (sizes[segment] ?? -1) < size)
  if (lost || database?.size !== note.database) {
    refuse('wrong-state', `The backup ${dir} is not whole: ${lost ? `segment ${lost[0]}` : DATABASE} is not as it was.`)
  }
}

async function sizesIn(dir: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {}
  for (const segment of segmentsIn(join(dir, SEGMENTS))) {
    sizes[segment] = (await stat(segmentPath(join(dir, SEGMENTS), segment))).size
  }
  return sizes
}
