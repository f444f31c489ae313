import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { refuseDamaged } from './failures.ts'

/** Octets up to which every page is looked at on opening: a fraction of a second. Beyond it, damage shows when it is met. */
const SMALL = 64 * 1024 ** 2

/** Refuses a database whose pages do not fit together. */
export function checkHealth(database: DatabaseSync, path: string): void {
  if (statSync(path).size > SMALL) return
  const found = database.prepare('pragma quick_check(1)').get()
  if (found?.['quick_check'] !== 'ok') refuseDamaged(path)
}
