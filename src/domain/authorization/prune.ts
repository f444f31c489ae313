import { DAY, HOUR } from '../../core/time.ts'
import type { Job } from '../../core/jobs.ts'
import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import { ask, type Sql, sql, type Statement } from '../../storage/engine.ts'
import { lifetimes } from './lifetimes.ts'

/**
 * The most rows of each kind in one tenant. Beyond it the oldest rows are removed: refresh tokens by their last use.
 */
export interface Bounds {
  readonly codes: number
  readonly devices: number
  readonly refreshTokens: number
  readonly sessions: number
}

export const bounds: Bounds = { codes: 100_000, devices: 100_000, refreshTokens: 2_000_000, sessions: 500_000 }

/** Pruning also runs after this many writes of a node. */
export const WRITES_BETWEEN_PRUNINGS = 10_000

/** An expired row stays this long, so that a client that still uses it gets the right error. */
const KEPT_AFTER_END = DAY
/** Rows removed in one transaction, so that other writes wait only briefly. */
const STEP = 1000

interface PruningDeps {
  readonly sql: Sql
  readonly world: World
  readonly log: Log
  readonly bounds: Bounds
  readonly writesBetween: number
}

/**
 * Removes expired rows, and the oldest rows beyond the bounds: every hour at one node, and after many writes at the node
 * that made them.
 */
export class Pruning implements Job {
  readonly first = HOUR
  readonly lease = 'authorization pruning'
  readonly #deps: PruningDeps
  #since = 0

  constructor(deps: PruningDeps) {
    this.#deps = deps
  }

  /** To be called after every write. */
  async written(): Promise<void> {
    if (++this.#since >= this.#deps.writesBetween) await this.run()
  }

  /** A failed pruning is logged; it does not fail the write that it follows. */
  async run(): Promise<number> {
    this.#since = 0
    try {
      await prune(this.#deps.sql, this.#deps.world.now(), this.#deps.bounds)
    } catch (error) {
      this.#deps.log.error({ err: error }, 'Expired authorizations could not be removed')
    }
    return HOUR
  }
}

/** How to prune one kind of row: count the rows by tenant, delete expired ones (by an index), delete the oldest. */
interface PrunedKind {
  readonly kind: keyof Bounds
  readonly held: Statement
  readonly ended: readonly ((tenant: string, now: number) => Statement)[]
  readonly oldest: (tenant: string, count: number) => Statement
}

const kinds: readonly PrunedKind[] = [
  {
    kind: 'codes',
    held: sql`select tenant, count(*) as held from authorization_code group by tenant`,
    ended: [
      (tenant, now) => sql`delete from authorization_code where hash in (select hash from authorization_code
        where tenant = ${tenant} and ends < ${now - KEPT_AFTER_END} limit ${STEP}) returning tenant`,
    ],
    oldest: (tenant, count) => sql`delete from authorization_code where hash in (select hash from authorization_code
      where tenant = ${tenant} order by ends limit ${count})`,
  },
  {
    kind: 'devices',
    held: sql`select tenant, count(*) as held from authorization_device group by tenant`,
    ended: [
      (tenant, now) => sql`delete from authorization_device where hash in (select hash from authorization_device
        where tenant = ${tenant} and ends < ${now - KEPT_AFTER_END} limit ${STEP}) returning tenant`,
    ],
    oldest: (tenant, count) => sql`delete from authorization_device where hash in (select hash from authorization_device
      where tenant = ${tenant} order by ends limit ${count})`,
  },
  {
    kind: 'refreshTokens',
    held: sql`select tenant, count(*) as held from authorization_refresh_token group by tenant`,
    ended: [
      (tenant, now) => sql`delete from authorization_refresh_token where hash in
        (select hash from authorization_refresh_token where tenant = ${tenant} and used < ${now - lifetimes.unusedRefreshToken - KEPT_AFTER_END}
          limit ${STEP}) returning tenant`,
      (tenant, now) => sql`delete from authorization_refresh_token where hash in
        (select hash from authorization_refresh_token where tenant = ${tenant} and ends < ${now - KEPT_AFTER_END}
          limit ${STEP}) returning tenant`,
    ],
    oldest: (tenant, count) => sql`delete from authorization_refresh_token where hash in
      (select hash from authorization_refresh_token where tenant = ${tenant} order by used limit ${count})`,
  },
  {
    kind: 'sessions',
    held: sql`select tenant, count(*) as held from authorization_session group by tenant`,
    ended: [
      (tenant, now) => sql`delete from authorization_session where hash in (select hash from authorization_session
        where tenant = ${tenant} and ends < ${now} limit ${STEP}) returning tenant`,
    ],
    oldest: (tenant, count) => sql`delete from authorization_session where hash in
      (select hash from authorization_session where tenant = ${tenant} order by ends limit ${count})`,
  },
]

async function prune(engine: Sql, now: number, most: Bounds): Promise<void> {
  for (const { kind, held, ended, oldest } of kinds) {
    for (const has of await engine.all<{ tenant: string; held: number }>(held)) {
      let left = has.held
      for (const some of ended) left -= await removeEnded(engine, () => some(has.tenant, now))
      for (let surplus = left - most[kind]; surplus > 0; surplus -= STEP) {
        await engine.write(() => ask(oldest(has.tenant, Math.min(surplus, STEP))))
      }
    }
  }
}

async function removeEnded(engine: Sql, some: () => Statement): Promise<number> {
  for (let removed = 0; ;) {
    const { length } = await engine.write(() => ask(some()))
    removed += length
    if (length < STEP) return removed
  }
}
