import type { TenantId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import { isRefusedFor } from '../../core/refusal.ts'
import type { SettingsOf } from '../../core/settings.ts'
import type { World } from '../../core/world.ts'
import { ask, type Sql, sql, type Statements } from '../../storage/engine.ts'
import type { MessageTrace, MessageTraces, TracePage, TraceQuestion } from './message-trace.ts'
import { readTraces } from './read-traces.ts'
import type { messageTraceSettings } from './settings.ts'

/** Milliseconds for which records are gathered before they are written: one transaction for all of them. */
const GATHERING = 2000
/** Records that wait for the disk; past it new ones are lost rather than memory. */
const MOST_WAITING = 50_000
/** Rows written or removed in one transaction, so that a delivery never waits long behind them. */
const STEP = 1000
const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Characters that are kept of a text that a client chose. */
const LONGEST = { address: 320, messageId: 300, subject: 255, why: 500, name: 255 } as const

interface Waiting {
  readonly tenant: TenantId
  readonly trace: MessageTrace
}

export function createMessageTraces(deps: {
  readonly sql: Sql
  readonly world: World
  readonly log: Log
  readonly settings: SettingsOf<typeof messageTraceSettings>
}): MessageTraces {
  return new KeptTraces(deps)
}

class KeptTraces implements MessageTraces {
  readonly #deps: Parameters<typeof createMessageTraces>[0]
  #waiting: Waiting[] = []
  #lost = 0
  #endPause: (() => void) | undefined
  #writing: Promise<void> = Promise.resolve()
  #pruned = Number.NEGATIVE_INFINITY
  #sincePruned = 0

  constructor(deps: Parameters<typeof createMessageTraces>[0]) {
    this.#deps = deps
  }

  record(tenant: TenantId, traces: readonly MessageTrace[]): void {
    for (const trace of traces) {
      if (this.#waiting.length >= MOST_WAITING) this.#lost++
      else this.#waiting.push({ tenant, trace })
    }
    this.#endPause ??= this.#deps.world.after(GATHERING, () => this.#writeSoon())
  }

  async page(tenant: TenantId, asked: TraceQuestion): Promise<TracePage> {
    await this.settled()
    const oldest = this.#deps.world.now() - this.#deps.settings.days * DAY
    return readTraces(this.#deps.sql, tenant, { ...asked, from: Math.max(asked.from, oldest) })
  }

  settled(): Promise<void> {
    this.#writeSoon()
    return this.#writing
  }

  #writeSoon(): void {
    this.#endPause?.()
    this.#endPause = undefined
    this.#writing = this.#writing.then(() => this.#write())
  }

  async #write(): Promise<void> {
    const taken = this.#waiting
    this.#waiting = []
    const { sql: engine, log } = this.#deps
    try {
      for (let at = 0; at < taken.length; at += STEP) await engine.write(() => keep(taken.slice(at, at + STEP)))
      this.#tellLost()
      await this.#pruneNowAndThen(taken.length)
    } catch (error) {
      // A disk that is full loses some traces; no message waits for them.
      if (!isRefusedFor('no-room', error)) log.error({ err: error }, 'What became of messages could not be written')
    }
  }

  #tellLost(): void {
    if (this.#lost > 0)
      this.#deps.log.warn({ lost: this.#lost }, 'Messages came faster than the disk took their traces')
    this.#lost = 0
  }

  async #pruneNowAndThen(written: number): Promise<void> {
    const { sql: engine, world, settings: keeping } = this.#deps
    this.#sincePruned += written
    const now = world.now()
    if (now - this.#pruned < HOUR && this.#sincePruned < keeping.limit / 20) return
    this.#pruned = now
    this.#sincePruned = 0
    const tenants = await engine.all<{ tenant: TenantId }>(sql`select distinct tenant from audit_message_trace`)
    for (const { tenant } of tenants) {
      await removeOlder(engine, tenant, now - keeping.days * DAY)
      await removeSurplus(engine, tenant, keeping.limit)
    }
  }
}

function* keep(batch: readonly Waiting[]): Statements<void> {
  for (const { tenant, trace } of batch) {
    yield* ask(sql`insert into audit_message_trace (tenant, at, recipient, trace_id, sender, status, why, message_id,
        subject, octets, from_address, by_name, protocol)
      values (${tenant}, ${trace.at}, ${cut(trace.recipient, LONGEST.address)}, ${trace.traceId},
        ${cut(trace.sender, LONGEST.address)}, ${trace.status}, ${cut(trace.why, LONGEST.why)},
        ${cut(trace.messageId, LONGEST.messageId)}, ${cut(trace.subject, LONGEST.subject)}, ${trace.octets},
        ${trace.from}, ${cut(trace.by, LONGEST.name)}, ${trace.protocol})`)
  }
}

/** No longer than that, and no half of a character at its end. */
const cut = (text: string, most: number): string =>
  text.length > most ? text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '') : text

async function removeOlder(engine: Sql, tenant: TenantId, oldest: number): Promise<void> {
  for (;;) {
    const { length } = await engine.write(() =>
      ask(sql`delete from audit_message_trace where place in (select place from audit_message_trace
        where tenant = ${tenant} and at < ${oldest} limit ${STEP}) returning place`),
    )
    if (length < STEP) return
  }
}

async function removeSurplus(engine: Sql, tenant: TenantId, most: number): Promise<void> {
  const row = await engine.first<{ held: number }>(
    sql`select count(*) as held from audit_message_trace where tenant = ${tenant}`,
  )
  for (let left = Number(row?.held) - most; left > 0; left -= STEP) {
    await engine.write(() =>
      ask(sql`delete from audit_message_trace where place in (select place from audit_message_trace
        where tenant = ${tenant} order by at, place limit ${Math.min(left, STEP)})`),
    )
  }
}
