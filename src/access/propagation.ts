import { isoDateTime } from '../core/date-format.ts'

/** How long what was granted in Exchange takes to count (docs/reference/exchange-admin.md §13, row 10). */
export interface Propagation {
  readonly milliseconds: number
  now(): number
}

/** Tells of a grant that does not count yet; undefined where it does. What is denied or taken back counts at once. */
export function underway(propagation: Propagation | undefined, since: number): string | undefined {
  if (!propagation || propagation.now() >= since + propagation.milliseconds) return undefined
  const [made, counts] = [since, since + propagation.milliseconds].map(isoDateTime)
  return `was made at ${made} and counts from ${counts} on, as the setting exchange.propagation_minutes has it: nothing is left to do but to wait`
}
