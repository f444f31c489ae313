import { readdirSync, statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { refuse } from '../../core/refusal.ts'
import { isDiskFull } from '../disk-full.ts'

/**
 * The size in octets up to which every page is checked at the start, in a fraction of a second. In larger databases,
 * damage shows when it is read.
 */
const SMALL = 64 * 1024 ** 2

/** Refuses a database with inconsistent pages, and an empty one beside existing segments. */
export function checkHealth(database: DatabaseSync, path: string, segments: string): void {
  if (statSync(path).size <= SMALL) {
    const found = database.prepare('pragma quick_check(1)').get()
    if (found?.['quick_check'] !== 'ok') refuseDamaged(path)
  }
  const empty = database.prepare('select 1 from sqlite_schema limit 1').get() === undefined
  if (empty && filesIn(segments) > 0) {
    refuse('wrong-state', `The database ${path} is empty, but ${segments} is not; restore it from a backup.`, {
      database: path,
    })
  }
}

/** Faults of the database, a sentence each. Reads all of it. */
export function integrity(database: DatabaseSync): readonly string[] {
  const found = database
    .prepare('pragma integrity_check(100)')
    .all()
    .map((row) => String(row['integrity_check']))
  return found[0] === 'ok' ? [] : found
}

function filesIn(dir: string): number {
  try {
    return readdirSync(dir).length
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return 0
    throw error
  }
}

const FULL_DISK = 'the disk is full'
const causes: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ENOTDIR: 'it is not a directory',
  EEXIST: 'it is not a directory',
  EROFS: 'the file system is read-only',
  ENOSPC: FULL_DISK,
  ENOENT: 'it does not exist and cannot be made',
}

/** Refuses with a sentence if the directory is the cause; throws other errors. */
export function refuseDirectory(dir: string, error: unknown): never {
  const cause = causes[(error as { code?: string }).code ?? ''] ?? (isDiskFull(error) ? FULL_DISK : undefined)
  if (cause === undefined) throw error
  refuse('not-allowed', `The data directory ${dir} cannot be used: ${cause}.`, { directory: dir })
}

/** SQLite's primary result code of an error. */
const sqliteCode = (error: unknown): number => ((error as { errcode?: number }).errcode ?? 0) & 0xff

const BUSY = 5
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26

export const isBusy = (error: unknown): boolean => sqliteCode(error) === BUSY

/** Refuses with a sentence if the database file is the cause; throws other errors. */
export function refuseDatabase(path: string, error: unknown): never {
  const code = sqliteCode(error)
  if (code === CORRUPT || code === NOTADB) refuseDamaged(path)
  if (code === CANTOPEN) refuse('not-allowed', `The database ${path} cannot be opened.`, { database: path })
  if (code === READONLY) refuse('not-allowed', `The database ${path} cannot be written to.`, { database: path })
  if (code === FULL)
    refuse('not-allowed', `The database ${path} cannot be written to: the disk is full.`, { database: path })
  if (code === IOERR)
    refuse('wrong-state', `The database ${path} cannot be used: the disk reports an I/O error.`, { database: path })
  throw error
}

const refuseDamaged = (path: string): never =>
  refuse('wrong-state', `The database ${path} is damaged; restore it from a backup.`, { database: path })
