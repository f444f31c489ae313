import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import { ask, type Sql, sql, type Statement } from '../../storage/engine.ts'
import { IDLE } from './refresh-tokens.ts'

/** Most of each tenant; the oldest give way, of refresh tokens those that were not used for longest. */
export interface Bounds {
  readonly codes: number
  readonly devices: number
  readonly refreshTokens: number
  readonly sessions: number
}

export const bounds: Bounds = { codes: 100_000, devices: 100_000, refreshTokens: 2_000_000, sessions: 500_000 }

/** Writes after which it is looked at what has become too much. */
export const OFTEN = 10_000

/** What has ended stays this long, so that whoever comes with it is told what became of it. */
const TOLD = 24 * 3_600_000
const HOUR = 3_600_000
/** Rows removed in one transaction, so that nobody waits long behind a pruning. */
const STEP = 1000

interface PruningDeps {
  readonly sql: Sql
  readonly world: World
  readonly log: Log
  readonly bounds: Bounds
  readonly often: number
}

/** Removes, now and then, what has ended and what is too much. */
export class Pruning {
  readonly #deps: PruningDeps
  #last: number
  #since = 0

  constructor(deps: PruningDeps) {
    this.#deps = deps
    this.#last = deps.world.now()
  }

  /** After every write. Nobody who gets a code or a token is refused because old ones could not be removed. */
  async written(): Promise<void> {
    const now = this.#deps.world.now()
    if (++this.#since < this.#deps.often && now - this.#last < HOUR) return
    this.#since = 0
    this.#last = now
    try {
      await prune(this.#deps.sql, now, this.#deps.bounds)
    } catch (error) {
      this.#deps.log.error({ err: error }, 'What has ended of what people authorised could not be removed')
    }
  }
}

/** One kind of row: how many each tenant has, what of it has ended (each found by an index), and which give way. */
interface Kept {
  readonly kind: keyof Bounds
  readonly held: Statement
  readonly ended: readonly ((tenant: string, now: number) => Statement)[]
  readonly oldest: (tenant: string, count: number) => Statement
}

const kinds: readonly Kept[] = [
  {
    kind: 'codes',
    held: sql`select tenant, count(*) as held from authorization_code group by tenant`,
    ended: [
      (tenant, now) => sql`delete from authorization_code where hash in (select hash from authorization_code
        where tenant = ${tenant} and ends < ${now - TOLD} limit ${STEP}) returning tenant`,
    ],
    oldest: (tenant, count) => sql`delete from authorization_code where hash in (select hash from authorization_code
      where tenant = ${tenant} order by ends limit ${count})`,
  },
  {
    kind: 'devices',
    held: sql`select tenant, count(*) as held from authorization_device group by tenant`,
    ended: [
      (tenant, now) => sql`delete from authorization_device where hash in (select hash from authorization_device
        where tenant = ${tenant} and ends < ${now - TOLD} limit ${STEP}) returning tenant`,
    ],
    oldest: (tenant, count) => sql`delete from authorization_device where hash in (select hash from authorization_device
      where tenant = ${tenant} order by ends limit ${count})`,
  },
  {
    kind: 'refreshTokens',
    held: sql`select tenant, count(*) as held from authorization_refresh_token group by tenant`,
    ended: [
      (tenant, now) => sql`delete from authorization_refresh_token where hash in
        (select hash from authorization_refresh_token where tenant = ${tenant} and used < ${now - IDLE - TOLD}
          limit ${STEP}) returning tenant`,
      (tenant, now) => sql`delete from authorization_refresh_token where hash in
        (select hash from authorization_refresh_token where tenant = ${tenant} and ends < ${now - TOLD}
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
