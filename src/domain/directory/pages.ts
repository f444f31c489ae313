import { inARow, type Statement, sql } from '../../storage/engine.ts'
import { fold } from './names.ts'
import type { Match, PageRequest } from './types.ts'

/** Columns for conditions. Each is case-folded and has an index that begins with the tenant. */
type KeyColumn = 't.upn_key' | 't.mail_key' | 't.display_key' | 't.app_id'

/** The last character in the order of both engines. */
const LAST = '\u{10ffff}'

/** `column` is one of this file's, never text of a client. */
const condition = (column: KeyColumn, match: Match): Statement =>
  'is' in match
    ? { parts: [` and ${column} = `, ''], args: [fold(match.is)] }
    : {
        parts: [` and ${column} >= `, ` and ${column} < `, ''],
        args: [fold(match.startsWith), `${fold(match.startsWith)}${LAST}`],
      }

export const conditions = (given: Readonly<Partial<Record<KeyColumn, Match | undefined>>>): readonly Statement[] =>
  (Object.entries(given) as readonly [KeyColumn, Match | undefined][]).flatMap(([column, match]) =>
    match === undefined ? [] : [condition(column, match)],
  )

/**
 * A page of `t`, in order of creation. With conditions, their index finds the rows, and the engine then sorts them:
 * `created + 0` keeps the engine from using the index on the creation time, which could scan all rows of a tenant for
 * one match.
 */
export function pageOf(
  select: Statement,
  narrowing: readonly Statement[],
  { after, limit }: Omit<PageRequest<unknown>, 'where'>,
): Statement {
  if (narrowing.length === 0) {
    const begin = after && sql` and (t.created, t.id) > (${after.created}, ${after.id})`
    return inARow(select, ...(begin ? [begin] : []), sql` order by t.created, t.id limit ${limit}`)
  }
  const begin = after && sql` and (t.created + 0, t.id) > (${after.created}, ${after.id})`
  return inARow(select, ...narrowing, ...(begin ? [begin] : []), sql` order by t.created + 0, t.id limit ${limit}`)
}

/** Groups the rows by a key. */
export function groupedBy<R, K, T>(
  rows: readonly R[],
  key: (row: R) => K,
  made: (row: R) => T,
): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>()
  for (const row of rows) {
    const group = groups.get(key(row))
    if (group) group.push(made(row))
    else groups.set(key(row), [made(row)])
  }
  return groups
}
