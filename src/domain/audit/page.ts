import type { TenantId } from '../../core/ids.ts'
import { inARow, type Statement, sql, type Value } from '../../storage/engine.ts'
import type { SignIn, SignInPage } from './types.ts'

/** The statement that finds a page of a tenant's records, newest first. */
export function pageOf(tenant: TenantId, asked: SignInPage): Statement {
  const { before } = asked
  const conditions = [
    sql`tenant = ${tenant}`,
    ...given(asked.from, (from) => sql`at >= ${from}`),
    ...given(asked.until, (until) => sql`at < ${until}`),
    // The first half alone would do, but for the index, which the second lets begin in the right place.
    ...given(before, ({ at, signInId }) => sql`(at < ${at} or id < ${signInId}) and at <= ${at}`),
    ...given(asked.signInId, (id) => sql`id = ${id.toLowerCase()}`),
    ...given(asked.appId, (id) => sql`app_id = ${id.toLowerCase()}`),
    ...given(asked.userId, (id) => sql`user_id = ${id.toLowerCase()}`),
    ...given(asked.userPrincipalName, (name) => sql`user_name_folded = ${name.toLowerCase()}`),
    ...given(asked.resourceId, (id) => sql`resource_id = ${id.toLowerCase()}`),
    ...given(asked.kinds, (kinds) => oneOf('kind', kinds)),
    ...given(asked.protocols, (protocols) => oneOf('protocol', protocols)),
    ...given(asked.outcome, outcomeIs),
    ...given(asked.errorCode, (code) => sql`error_code = ${code}`),
    // What is so anyway, said for the index of the refused.
    ...(asked.errorCode ? [outcomeIs('refused')] : []),
    ...given(asked.correlation, (correlation) => sql`correlation = ${correlation.toLowerCase()}`),
  ]
  return inARow(
    sql`select * from audit_sign_in where `,
    ...conditions.flatMap((condition, index) => (index === 0 ? [condition] : [sql` and `, condition])),
    sql` order by at desc, id desc limit ${asked.limit}`,
  )
}

const given = <T>(value: T | undefined, condition: (value: T) => Statement): readonly Statement[] =>
  value === undefined ? [] : [condition(value)]

/** In words and not as a value: only so is the index of the refused found to fit. */
const outcomeIs = (outcome: SignIn['outcome']): Statement =>
  outcome === 'refused' ? sql`outcome = 'refused'` : sql`outcome = 'granted'`

/** `column` is one of ours, never a client's word. */
function oneOf(column: 'kind' | 'protocol', values: readonly Value[]): Statement {
  const [first, ...others] = values
  if (first === undefined) return sql`1 = 0`
  return { parts: [`${column} in (`, ...others.map(() => ', '), ')'], args: values }
}
