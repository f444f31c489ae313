import { refuse } from '../../core/refusal.ts'
import { isOutOfRoom } from '../disk-full.ts'

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

/** Refuses with a sentence when the directory is what is wrong; throws on what is not. */
export function refuseDirectory(dir: string, error: unknown): never {
  const cause = causes[(error as { code?: string }).code ?? ''] ?? (isOutOfRoom(error) ? FULL_DISK : undefined)
  if (cause === undefined) throw error
  refuse('not-allowed', `The data directory ${dir} cannot be used: ${cause}.`, { directory: dir })
}

/** SQLite's primary result code of an error that it raised. */
export const sqliteCode = (error: unknown): number => ((error as { errcode?: number }).errcode ?? 0) & 0xff

const BUSY = 5
const READONLY = 8
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26

export const isBusy = (error: unknown): boolean => sqliteCode(error) === BUSY

/** Refuses with a sentence when the database file is what is wrong; throws on what is not. */
export function refuseDatabase(path: string, error: unknown): never {
  const code = sqliteCode(error)
  if (code === CORRUPT || code === NOTADB) refuseDamaged(path)
  if (code === CANTOPEN) refuse('not-allowed', `The database ${path} cannot be opened.`, { database: path })
  if (code === READONLY) refuse('not-allowed', `The database ${path} cannot be written to.`, { database: path })
  if (code === FULL)
    refuse('not-allowed', `The database ${path} cannot be written to: the disk is full.`, { database: path })
  throw error
}

export const refuseDamaged = (path: string): never =>
  refuse('wrong-state', `The database ${path} is damaged; restore it from a backup.`, { database: path })
