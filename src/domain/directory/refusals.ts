import { refuse } from '../../core/refusal.ts'
import { askOne, inARow, sql, type Statement, type Statements } from '../../storage/engine.ts'

/** An object of the directory proper that is not there, in Entra's words. */
export const refuseUnknownObject = (id: string, property = 'id'): never =>
  refuse(
    'no-such-thing',
    `Resource '${id.slice(0, 64)}' does not exist or one of its queried reference-property objects are not present.`,
    { property },
  )

/** A value that only one object may have, and another has; of an address, which one. */
export const refuseTaken = (property: string, address?: string): never =>
  refuse('already-exists', `Another object with the same value for property ${property} already exists.`, {
    property,
    ...(address !== undefined && { address }),
  })

/** Inside a write: one more is to come, and `rows`, a table and a condition, may be so many at the most. */
export function* refuseFull(rows: Statement, most: number, words: string, property?: string): Statements<void> {
  const row = yield* askOne<{ held: number }>(inARow(sql`select count(*) as held from `, rows))
  if (Number(row?.held) >= most) refuse('over-quota', words, property === undefined ? {} : { property })
}

/** docs/reference/exchange-admin.md §9.4. `instead` is how to name one alone. */
export const refuseAmbiguous = (named: string, instead: string): never =>
  refuse('bad-syntax', `The operation couldn't be performed because '${named}' matches multiple entries. ${instead}`, {
    property: 'Identity',
    type: 'Microsoft.Exchange.Configuration.Tasks.ManagementObjectAmbiguousException',
  })
