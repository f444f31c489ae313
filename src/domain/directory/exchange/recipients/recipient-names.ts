import type { Guid, TenantId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { ask, sql, type Statements } from '../../../../storage/engine.ts'
import { checkText, limits } from '../../limits.ts'
import { fold } from '../../names.ts'
import { refuseAmbiguous, refuseTaken } from '../../refusals.ts'

export function checkAlias(text: string): string {
  const alias = checkText(text, 'Alias', limits.alias)
  return /^[^\s@"(),:;<>[\\\]]+$/.test(alias)
    ? alias
    : refuse('bad-syntax', `The value '${alias}' of the property Alias isn't valid.`, { property: 'Alias' })
}

/**
 * The one that is called so, of several kinds; those whose own name it is go before those who are only shown by it. Refuses
 * `bad-syntax` when several are left. `instead` is how to name one alone.
 */
export function theOneCalled<T>(
  named: string,
  found: readonly { readonly is: T | undefined; readonly names: readonly (string | undefined)[] }[],
  instead: string,
): T | undefined {
  const there = found.filter(({ is }) => is !== undefined)
  const own = there.filter(({ names }) => names.some((name) => name !== undefined && fold(name) === fold(named)))
  const [one, another] = own.length > 0 ? own : there
  return another ? refuseAmbiguous(named, instead) : one?.is
}

/** Inside a write: a name and an alias are one recipient's, whether that is a mailbox or a group. */
export function* refuseTakenName(
  tenant: TenantId,
  { name, alias, own }: { readonly name: string; readonly alias: string; readonly own?: Guid },
): Statements<void> {
  const [nameKey, aliasKey] = [fold(name), fold(alias)]
  const taken = yield* ask<{ guid: Guid; name_key: string }>(sql`select guid, name_key from directory_mailbox
      where tenant = ${tenant} and (name_key = ${nameKey} or alias_key = ${aliasKey})
    union all select guid, name_key from directory_group
      where tenant = ${tenant} and (name_key = ${nameKey} or alias_key = ${aliasKey})`)
  const other = taken.find(({ guid }) => guid !== own)
  if (other) refuseTaken(other.name_key === nameKey ? 'Name' : 'Alias')
}
