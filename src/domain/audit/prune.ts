import { ask, type Sql, sql } from '../../storage/engine.ts'

/** How long records stay, and how many of each tenant at most. */
export interface Keeping {
  readonly milliseconds: number
  readonly count: number
}

/** Rows removed in one transaction, so that a sign-in never waits long behind a pruning. */
const STEP = 1000

/** Removes what is older than allowed, then the oldest of every tenant that has more than allowed. */
export async function prune(engine: Sql, now: number, keeping: Keeping): Promise<void> {
  const oldest = now - keeping.milliseconds
  const tenants = await engine.all<{ tenant: string; held: number }>(
    sql`select tenant, count(*) as held from audit_sign_in group by tenant`,
  )
  for (const { tenant, held } of tenants) {
    const removed = await removeOlder(engine, tenant, oldest)
    for (let surplus = held - removed - keeping.count; surplus > 0; surplus -= STEP) {
      const step = Math.min(surplus, STEP)
      await engine.write(() =>
        ask(sql`delete from audit_sign_in where place in
          (select place from audit_sign_in where tenant = ${tenant} order by at, place limit ${step})`),
      )
    }
  }
}

async function removeOlder(engine: Sql, tenant: string, oldest: number): Promise<number> {
  for (let removed = 0; ;) {
    const { length } = await engine.write(() =>
      ask(sql`delete from audit_sign_in where place in
        (select place from audit_sign_in where tenant = ${tenant} and at < ${oldest} limit ${STEP}) returning place`),
    )
    removed += length
    if (length < STEP) return removed
  }
}
