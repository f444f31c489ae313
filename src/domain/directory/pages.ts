import { inARow, type Statement, sql } from '../../storage/engine.ts'
import { fold } from './names.ts'
import type { Match, PageRequest } from './types.ts'

/** Where a condition may look: each folded by us, and in an index behind the tenant. */
type KeyColumn = 't.upn_key' | 't.mail_key' | 't.display_key' | 't.app_id'

/** The last text there is, as both engines compare them. */
const LAST = '\u{10ffff}'

/** `column` is one of ours, never a client's word. */
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
 * A page of `t`, in order of creation. Where conditions narrow it, their index finds the rows, which are then sorted: the
 * order of creation is told in a way that no index knows, or all rows of a tenant might be walked through for one.
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

/** `?, ?, ?` */
export const listOf = (values: readonly string[]): Statement => ({
  parts: ['', ...values.slice(1).map(() => ', '), ''],
  args: values,
})

/** What hangs on each of several things. */
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
