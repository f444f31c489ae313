import { existsSync, readdirSync } from 'node:fs'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { isoDateTime } from '../../core/time.ts'
import { ensurePrivateFile, recreatePrivateFile } from '../../core/private-files.ts'
import { refuse } from '../../core/refusal.ts'
import { syncDirectory } from '../files/disk.ts'
import { saltIn } from '../files/sealed.ts'
import { segmentPath, segmentsIn } from '../files/tail.ts'
import { authenticated, isEncrypted } from './backup-key.ts'

export const DATABASE = 'postern.db'
export const SEGMENTS = 'segments'

/** The file that marks a complete backup and describes it. */
const NOTE = 'backup.json'
/** The file that marks a backup that is running or was interrupted. */
const BEGUN = 'backup.begun'
const FORMAT = 1
const ENCRYPTED_FORMAT = 2

/** The files of an encrypted backup by name, and the salt of each. */
type Salts = Readonly<Record<string, string>>

interface Note {
  readonly format: number
  readonly at: string
  /** Octets of the database, and of each segment. */
  readonly database: number
  readonly segments: Readonly<Record<string, number>>
  /** Only for an encrypted backup. */
  readonly salts?: Salts
  /** Authenticates the other members. */
  readonly mac?: string
}

/**
 * True for files of a process that has the directory open (with temporary files of uploads), of a backup itself, or of
 * an interrupted backup.
 */
export const isPassing = (path: string): boolean =>
  /^postern\.(db|lock|pid)|^server\.json$|^uploads\/|^backup\.(json|begun|key)$|\.(part|new)$/.test(path)

/** True if a directory holds nothing but remains of a lock. */
export const isFree = (dir: string): boolean =>
  readdirSync(dir).every((name) => /^postern\.(lock|pid|pid\.part)$/.test(name))

/** True if a directory is a backup, an interrupted backup, or empty. */
export const mayHoldBackup = (dir: string): boolean => !existsSync(dir) || isBackup(dir) || isFree(dir)

/** True if a directory is a backup or an interrupted backup. */
export const isBackup = (dir: string): boolean =>
  existsSync(join(dir, NOTE)) || existsSync(join(dir, BEGUN)) || isEncrypted(dir)

export async function noteBegun(dir: string): Promise<void> {
  await ensurePrivateFile(join(dir, BEGUN))
  await syncDirectory(dir)
}

/** Marks the backup as incomplete, until {@link noteWhole}. */
export async function noteBroken(dir: string): Promise<void> {
  await rm(join(dir, NOTE), { force: true })
  await syncDirectory(dir)
}

/**
 * Writes the description of the backup beside its place, so that finishing needs no space. `key`: of an encrypted
 * backup.
 */
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

/** Marks the backup as complete. */
export async function noteWhole(dir: string): Promise<void> {
  await rename(join(dir, `${NOTE}.part`), join(dir, NOTE))
  await rm(join(dir, BEGUN), { force: true })
  await syncDirectory(dir)
}

/** The salts of files of an encrypted backup, by name. `pathOf` returns the current path of a file. */
export async function saltsOf(names: readonly string[], pathOf: (name: string) => string): Promise<Salts> {
  const salts: Record<string, string> = {}
  for (const name of names) {
    await using file = await open(pathOf(name))
    salts[name] = (await saltIn(file)) ?? refuse('wrong-state', `${pathOf(name)} is not a file of an encrypted backup.`)
  }
  return salts
}

/**
 * Refuses a directory that is not a complete backup; with the `key` of an encrypted backup, a changed one too. Returns
 * the salts of an encrypted backup.
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
  // A segment may have grown since, if a later backup was begun.
  const lost = Object.entries(note.segments).find(([segment, size]) => (sizes[segment] ?? -1) < size)
  if (lost || database?.size !== note.database) {
    refuse('wrong-state', `The backup ${dir} is not whole: ${lost ? `segment ${lost[0]}` : DATABASE} is not as it was.`)
  }
  return note.salts ?? {}
}

/** The files of a directory without temporary files and the database, as relative paths with `/`. */
export const filesIn = (dir: string): readonly string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .filter((path) => !isPassing(path))

/** Removes the unfinished files of an interrupted backup. */
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
