import { ask, type Sql, sql } from '../../storage/engine.ts'
import type { SignIn } from './types.ts'

/** How long records stay, and how many of each tenant at most. */
export interface Keeping {
  readonly milliseconds: number
  readonly count: number
}

/** Rows removed in one transaction, so that a sign-in never waits long behind a pruning. */
const STEP = 1000

/**
 * Removes what is older than allowed, then the oldest of every tenant that has more than allowed. Anybody can be refused:
 * so refusals go first for as long as they are more than half, and no stranger pushes out what was granted.
 */
export async function prune(engine: Sql, now: number, keeping: Keeping): Promise<void> {
  const oldest = now - keeping.milliseconds
  const tenants = await engine.all<{ tenant: string }>(sql`select distinct tenant from audit_sign_in`)
  for (const { tenant } of tenants) {
    await removeOlder(engine, tenant, oldest)
    const surplus = (await held(engine, tenant)) - keeping.count
    if (surplus <= 0) continue
    const ofRefused = Math.max(
      0,
      Math.min(surplus, (await heldRefused(engine, tenant)) - Math.floor(keeping.count / 2)),
    )
    await removeOldest(engine, tenant, 'refused', ofRefused)
    await removeOldest(engine, tenant, 'granted', surplus - ofRefused)
  }
}

const held = async (engine: Sql, tenant: string): Promise<number> =>
  countIn(await engine.first(sql`select count(*) as held from audit_sign_in where tenant = ${tenant}`))

const heldRefused = async (engine: Sql, tenant: string): Promise<number> =>
  countIn(
    await engine.first(
      sql`select count(*) as held from audit_sign_in where tenant = ${tenant} and outcome = 'refused'`,
    ),
  )

const countIn = (row: { held: number } | undefined): number => Number(row?.held)

async function removeOldest(engine: Sql, tenant: string, outcome: SignIn['outcome'], most: number): Promise<void> {
  for (let left = most; left > 0; left -= STEP) {
    const step = Math.min(left, STEP)
    await engine.write(() =>
      ask(sql`delete from audit_sign_in where place in (select place from audit_sign_in
        where tenant = ${tenant} and outcome = ${outcome} order by at, place limit ${step})`),
    )
  }
}

async function removeOlder(engine: Sql, tenant: string, oldest: number): Promise<void> {
  for (;;) {
    const { length } = await engine.write(() =>
      ask(sql`delete from audit_sign_in where place in
        (select place from audit_sign_in where tenant = ${tenant} and at < ${oldest} limit ${STEP}) returning place`),
    )
    if (length < STEP) return
  }
}
