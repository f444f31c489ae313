import { DAY } from '../../core/time.ts'
import type { TenantId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import { isRefusedForNow } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import { ask, askOne, type Sql, sql, type Statements } from '../../storage/engine.ts'
import type { OperationActor, OperationCount, Operation, Operations } from './types.ts'

/** Milliseconds for which operations are gathered before they are written. */
const GATHERING = 10_000
/** Milliseconds after which a database that was busy or had no room is asked again. */
const AGAIN = 5000
/** Connections whose operations wait for the database, and rows that could not be written. Those of more are not counted. */
const MOST_WAITING = 20_000
/** Rows written in one transaction, so that a sign-in never waits long behind them. */
const STEP = 500
const MOST_LISTED = 10_000

interface Times {
  count: number
  readonly first: number
  last: number
}

/** The operations of one connection since the last write. */
interface Tally {
  readonly doer: OperationActor
  readonly times: Map<Operation, Times>
}

export function createOperations(deps: {
  readonly sql: Sql
  readonly world: World
  readonly log: Log
  /** For how long after its last time it is kept that something was done. */
  readonly days: number
  /** How many rows a tenant may have; what is new past them is not kept. */
  readonly mostRows: number
}): CountedOperations {
  return new CountedOperations(deps)
}

export class CountedOperations implements Operations {
  readonly #deps: Parameters<typeof createOperations>[0]
  #waiting = new Set<Tally>()
  /** Rows that the database refused for now. */
  #refused: readonly Kept[] = []
  #endPause: (() => void) | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(deps: Parameters<typeof createOperations>[0]) {
    this.#deps = deps
  }

  of(doer: OperationActor): (operation: Operation) => void {
    const tally: Tally = { doer, times: new Map() }
    const { world } = this.#deps
    return (operation) => {
      const now = world.now()
      const known = tally.times.get(operation)
      if (known) {
        known.count++
        known.last = now
      } else if (this.#waits(tally)) tally.times.set(operation, { count: 1, first: now, last: now })
    }
  }

  async done(tenant: TenantId, appId: OperationActor['appId']): Promise<readonly OperationCount[]> {
    const oldest = this.#deps.world.now() - this.#deps.days * DAY
    const rows = await this.#deps.sql.all<
      Omit<OperationCount, 'as'> & { acts_as: OperationCount['as'] }
    >(sql`select mailbox, protocol, acts_as,
        operation, count, first, last
      from audit_operation where tenant = ${tenant} and app_id = ${appId} and last >= ${oldest}
      order by mailbox, count desc, operation limit ${MOST_LISTED}`)
    return rows.map(({ acts_as: as, ...row }) => ({ ...row, as }))
  }

  settled(): Promise<void> {
    this.#writeSoon()
    return this.#writing
  }

  /** Whether what the connection does can be counted now. */
  #waits(tally: Tally): boolean {
    if (!this.#waiting.has(tally) && this.#waiting.size >= MOST_WAITING) return false
    this.#waiting.add(tally)
    this.#endPause ??= this.#deps.world.after(GATHERING, () => this.#writeSoon())
    return true
  }

  #writeSoon(): void {
    this.#endPause?.()
    this.#endPause = undefined
    this.#writing = this.#writing.then(() => this.#write())
  }

  async #write(): Promise<void> {
    const taken = taking(this.#refused, this.#waiting)
    this.#refused = []
    this.#waiting = new Set()
    const { sql: engine, world, log, mostRows } = this.#deps
    for (let at = 0; at < taken.length; at += STEP) {
      const step = taken.slice(at, at + STEP)
      try {
        await engine.write(() => keep(step, mostRows))
      } catch (error) {
        if (!isRefusedForNow(error)) {
          log.error({ err: error }, 'What apps did could not be written')
          continue
        }
        this.#refused = taken.slice(at, at + MOST_WAITING)
        this.#endPause ??= world.after(AGAIN, () => this.#writeSoon())
        return
      }
    }
  }

  /** Removes what was not done again for too long. */
  async prune(): Promise<void> {
    const oldest = this.#deps.world.now() - this.#deps.days * DAY
    await this.#deps.sql.write(() => ask(sql`delete from audit_operation where last < ${oldest}`))
  }
}

type Kept = OperationActor & Times & { readonly operation: Operation }

/** Merges refused rows and waiting tallies by row. The tallies begin again. */
function taking(refused: readonly Kept[], waiting: ReadonlySet<Tally>): readonly Kept[] {
  const taken = new Map(refused.map((one) => [keyOf(one), one]))
  for (const { doer, times } of waiting) {
    for (const [operation, { count, first, last }] of times) {
      const one = { ...doer, operation, count, first, last }
      const known = taken.get(keyOf(one)) ?? { ...one, count: 0 }
      taken.set(keyOf(one), {
        ...one,
        count: count + known.count,
        first: Math.min(first, known.first),
        last: Math.max(last, known.last),
      })
    }
    times.clear()
  }
  return [...taken.values()]
}

const keyOf = ({ tenant, appId, as, protocol, mailbox, operation }: Kept): string =>
  JSON.stringify([tenant, appId, as, protocol, mailbox, operation])

function* keep(taken: readonly Kept[], mostRows: number): Statements<void> {
  const room = new Map<TenantId, number>()
  for (const one of taken) {
    if (yield* raised(one)) continue
    const left = room.get(one.tenant) ?? mostRows - (yield* rowsOf(one.tenant))
    room.set(one.tenant, left - 1)
    if (left > 0) yield* inserted(one)
  }
}

/** Whether there was such a row. Another node may have written a later time. */
function* raised({ tenant, appId, as, protocol, mailbox, operation, count, last }: Kept): Statements<boolean> {
  const found = yield* askOne(sql`update audit_operation set count = count + ${count},
      last = case when last < ${last} then ${last} else last end
    where tenant = ${tenant} and app_id = ${appId} and mailbox = ${mailbox} and protocol = ${protocol}
      and acts_as = ${as} and operation = ${operation} returning operation`)
  return found !== undefined
}

function* inserted({ tenant, appId, as, protocol, mailbox, operation, count, first, last }: Kept): Statements<void> {
  yield* ask(sql`insert into audit_operation (tenant, app_id, mailbox, protocol, acts_as, operation, count, first, last)
    values (${tenant}, ${appId}, ${mailbox}, ${protocol}, ${as}, ${operation}, ${count}, ${first}, ${last})`)
}

function* rowsOf(tenant: TenantId): Statements<number> {
  const row = yield* askOne<{ held: number }>(
    sql`select count(*) as held from audit_operation where tenant = ${tenant}`,
  )
  return Number(row?.held)
}
