import { readdirSync, statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { refuse } from '../../core/refusal.ts'
import { refuseDamaged } from './failures.ts'

/** Octets up to which every page is looked at on opening: a fraction of a second. Beyond it, damage shows when it is met. */
const SMALL = 64 * 1024 ** 2

/** Refuses a database whose pages do not fit together, and an empty one beside bytes that rows must have named. */
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

/** What is wrong with the database, a sentence each. Looks at all of it. */
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
