import { existsSync, readdirSync } from 'node:fs'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { isoDateTime } from '../../core/date-format.ts'
import { ensurePrivateFile, recreatePrivateFile } from '../../core/private-files.ts'
import { refuse } from '../../core/refusal.ts'
import { syncDirectory } from '../files/disk.ts'
import { saltIn } from '../files/sealed.ts'
import { segmentPath, segmentsIn } from '../files/tail.ts'
import { authenticated, isEncrypted } from './backup-key.ts'

export const DATABASE = 'postern.db'
export const SEGMENTS = 'segments'

/** Says that a backup is whole, and what it is of. */
const NOTE = 'backup.json'
/** Says that a backup is being made, or was begun and cut off. */
const BEGUN = 'backup.begun'
const FORMAT = 1
const ENCRYPTED_FORMAT = 2

/** What an encrypted backup is made of: files by their names, and the salt of each. */
type Salts = Readonly<Record<string, string>>

interface Note {
  readonly format: number
  readonly at: string
  /** Octets of the database, and of each segment. */
  readonly database: number
  readonly segments: Readonly<Record<string, number>>
  /** Of an encrypted backup. */
  readonly salts?: Salts
  /** Authenticates what is above it. */
  readonly mac?: string
}

/** What belongs to a process that has the directory open (temporary files of uploads too), to a backup itself, or to one that was cut off. */
export const isPassing = (path: string): boolean =>
  /^postern\.(db|lock|pid)|^server\.json$|^uploads\/|^backup\.(json|begun|key)$|\.(part|new)$/.test(path)

/** Whether a directory holds nothing but what is left of a hold on it. */
export const isFree = (dir: string): boolean =>
  readdirSync(dir).every((name) => /^postern\.(lock|pid|pid\.part)$/.test(name))

/** Whether a directory is a backup, one that was cut off, or has nothing in it. */
export const mayHoldBackup = (dir: string): boolean => !existsSync(dir) || isBackup(dir) || isFree(dir)

/** Whether a directory is a backup, or one that was cut off. */
export const isBackup = (dir: string): boolean =>
  existsSync(join(dir, NOTE)) || existsSync(join(dir, BEGUN)) || isEncrypted(dir)

export async function noteBegun(dir: string): Promise<void> {
  await ensurePrivateFile(join(dir, BEGUN))
  await syncDirectory(dir)
}

/** From here on the directory is no whole backup, until {@link noteWhole}. */
export async function noteBroken(dir: string): Promise<void> {
  await rm(join(dir, NOTE), { force: true })
  await syncDirectory(dir)
}

/** What a backup will be made of: from here on to say so takes no room. `key`: of an encrypted one. */
export async function noteReady(
  dir: string,
  { at, key, ...made }: Omit<Note, 'format' | 'at' | 'mac'> & { at: number; key?: Buffer | undefined },
): Promise<void> {
  const format = key ? ENCRYPTED_FORMAT : FORMAT
  const note: Note = { format, at: isoDateTime(at), ...made }
  const signed = key ? { ...note, mac: authenticated(key, JSON.stringify(note)) } : note
  await using file = await recreatePrivateFile(join(dir, `${NOTE}.part`))
  await file.writeFile(`${JSON.stringify(signed, undefined, 2)}\n`)
  await file.sync()
}

/** It is made of that. */
export async function noteWhole(dir: string): Promise<void> {
  await rename(join(dir, `${NOTE}.part`), join(dir, NOTE))
  await rm(join(dir, BEGUN), { force: true })
  await syncDirectory(dir)
}

/** The salt of each of these files of an encrypted backup, by its name. `pathOf`: where the file is at the moment. */
export async function saltsOf(names: readonly string[], pathOf: (name: string) => string): Promise<Salts> {
  const salts: Record<string, string> = {}
  for (const name of names) {
    await using file = await open(pathOf(name))
    salts[name] = (await saltIn(file)) ?? refuse('wrong-state', `${pathOf(name)} is not a file of an encrypted backup.`)
  }
  return salts
}

/**
 * Refuses what is no backup, one that was not finished, and one of which something is missing; with the `key` of an
 * encrypted one, what was changed too. Returns the salts of the files of an encrypted one.
 */
export async function checkWhole(dir: string, key?: Buffer): Promise<Salts> {
  const text = await readFile(join(dir, NOTE), 'utf8').catch(() => undefined)
  if (text === undefined) {
    const what = existsSync(dir) ? `${dir} is not a backup, or one that was not finished.` : `There is no ${dir}.`
    return refuse('no-such-thing', what)
  }
  const { mac, ...note } = noteIn(text) ?? refuse('wrong-state', `The backup ${dir} is not whole: ${NOTE} was changed.`)
  if (note.format !== (key ? ENCRYPTED_FORMAT : FORMAT)) {
    refuse('unsupported', `${dir} was made by a newer version of Postern.`)
  }
  if (key && mac !== authenticated(key, JSON.stringify(note))) {
    refuse('wrong-state', `The backup ${dir} is not whole: ${NOTE} was changed.`)
  }
  const database = await stat(join(dir, DATABASE)).catch(() => undefined)
  const sizes = await sizesIn(dir)
  // A segment may have grown since, where a later backup was begun.
  const lost = Object.entries(note.segments).find(([segment, size]) => (sizes[segment] ?? -1) < size)
  if (lost || database?.size !== note.database) {
    refuse('wrong-state', `The backup ${dir} is not whole: ${lost ? `segment ${lost[0]}` : DATABASE} is not as it was.`)
  }
  return note.salts ?? {}
}

/** What a directory holds besides what is passing, relative and with `/`; the database is not among it. */
export const filesIn = (dir: string): readonly string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .filter((path) => !isPassing(path))

/** Removes what a backup that was cut off left half done. */
export async function removeHalfDone(dir: string): Promise<void> {
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const isHalf = /\.(part|new)$|^postern\.db\.part-/.test(entry.name)
    if (isHalf && !entry.isDirectory()) await rm(join(entry.parentPath, entry.name), { force: true })
  }
}

function noteIn(text: string): Note | undefined {
  try {
    const note = JSON.parse(text) as Note
    return typeof note.segments === 'object' ? note : undefined
  } catch {
    return undefined
  }
}

async function sizesIn(dir: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {}
  for (const segment of segmentsIn(join(dir, SEGMENTS))) {
    sizes[segment] = (await stat(segmentPath(join(dir, SEGMENTS), segment))).size
  }
  return sizes
}
