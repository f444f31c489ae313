import { DAY, HOUR } from '../../core/time.ts'
import type { Guid, TenantId } from '../../core/ids.ts'
import type { Job } from '../../core/jobs.ts'
import type { Log } from '../../core/log.ts'
import { isRefusedForNow } from '../../core/refusal.ts'
import type { SettingsOf } from '../../core/settings.ts'
import type { World } from '../../core/world.ts'
import { ask, inARow, type Sql, sql, type Statement, type Statements } from '../../storage/engine.ts'
import type { DeliveryStatus, MessageTrace, MessageTraces, TracePage, MessageTraceRequest } from './message-trace.ts'
import type { messageTraceSettings } from './settings.ts'

/** Milliseconds for which records are gathered before they are written: one transaction for all of them. */
const GATHERING = 2000
/** Milliseconds after which a database that was busy or had no room is asked again. */
const AGAIN = 5000
/** Records that wait for the database; past it new ones are lost rather than memory. */
const MOST_WAITING = 50_000
/** Rows written or removed in one transaction, so that a delivery never waits long behind them. */
const STEP = 1000
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
}): MessageTraces & { readonly jobs: readonly Job[] } {
  return new KeptTraces(deps)
}

class KeptTraces implements MessageTraces {
  /** Removes old traces, every hour at one node. */
  readonly jobs: readonly Job[] = [{ first: HOUR, lease: 'message trace pruning', run: () => this.#pruneOnClock() }]
  readonly #deps: Parameters<typeof createMessageTraces>[0]
  #waiting: Waiting[] = []
  #lost = 0
  #endPause: (() => void) | undefined
  #writing: Promise<void> = Promise.resolve()
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

  async page(tenant: TenantId, asked: MessageTraceRequest): Promise<TracePage> {
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
    const { sql: engine, world, log } = this.#deps
    let written = 0
    try {
      for (; written < taken.length; written += STEP) {
        const step = taken.slice(written, written + STEP)
        await engine.write(() => keep(step))
      }
      this.#tellLost()
      this.#sincePruned += taken.length
      // The hourly pruning at one node does not see what the others write.
      if (this.#sincePruned >= this.#deps.settings.limit / 20) await this.#prune()
    } catch (error) {
      if (!isRefusedForNow(error)) return log.error({ err: error }, 'What became of messages could not be written')
      const waiting = [...taken.slice(written), ...this.#waiting]
      this.#lost += Math.max(0, waiting.length - MOST_WAITING)
      this.#waiting = waiting.slice(0, MOST_WAITING)
      this.#endPause ??= world.after(AGAIN, () => this.#writeSoon())
    }
  }

  #tellLost(): void {
    if (this.#lost > 0)
      this.#deps.log.warn({ lost: this.#lost }, 'Messages came faster than the disk took their traces')
    this.#lost = 0
  }

  async #pruneOnClock(): Promise<number> {
    try {
      await this.#prune()
    } catch (error) {
      this.#deps.log.error({ err: error }, 'Old message traces could not be removed')
    }
    return HOUR
  }

  async #prune(): Promise<void> {
    const { sql: engine, world, settings: keeping } = this.#deps
    const now = world.now()
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

/** Rows read at a time, and looked at for one question, where SQL cannot tell whether they fit. */
const STRIDE = 5000
const MOST_LOOKED_AT = 500_000

interface TraceRow {
  readonly place: number
  readonly at: number
  readonly recipient: string
  readonly trace_id: Guid
  readonly sender: string
  readonly status: DeliveryStatus
  readonly why: string
  readonly message_id: string
  readonly subject: string
  readonly octets: number
  readonly from_address: string
  readonly by_name: string
  readonly protocol: string
}

/** A place in the order of traces: the row itself is before it. */
type Mark = Pick<TraceRow, 'at' | 'recipient' | 'place'>

async function readTraces(engine: Sql, tenant: TenantId, asked: MessageTraceRequest): Promise<TracePage> {
  const found: TraceRow[] = []
  const conditions = [sql`tenant = ${tenant} and at >= ${asked.from}`, ...narrowing(asked)]
  // One more tells whether there are more.
  const stride = asked.subject ? STRIDE : asked.limit + 1
  let mark: Mark | undefined
  for (let lookedAt = 0; found.length <= asked.limit && lookedAt < MOST_LOOKED_AT; lookedAt += stride) {
    const rows = await engine.all<TraceRow>(stretch([...conditions, beginning(asked, mark)], stride))
    found.push(...rows.filter(({ subject }) => asked.subject?.(subject) ?? true))
    mark = rows.at(-1)
    if (rows.length < stride) break
  }
  const whole = wholeMoments(found, asked.limit)
  return { traces: whole.map(traceOf), more: whole.length < found.length }
}

/**
 * Returns at most `most` rows, without splitting the rows of one moment and one recipient: the next page begins after
 * the last row, and would miss the others.
 */
function wholeMoments(rows: readonly TraceRow[], most: number): readonly TraceRow[] {
  const next = rows[most]
  if (!next) return rows
  const alike = (row: TraceRow): boolean => row.at === next.at && row.recipient === next.recipient
  const before = rows.slice(0, most)
  const apart = before.slice(0, before.findLastIndex((row) => !alike(row)) + 1)
  return apart.length > 0 ? apart : before
}

const stretch = (conditions: readonly Statement[], most: number): Statement =>
  inARow(
    sql`select * from audit_message_trace where `,
    ...conditions.flatMap((condition, index) => (index === 0 ? [condition] : [sql` and `, condition])),
    sql` order by at desc, recipient, place limit ${most}`,
  )

/**
 * Where to go on: behind a row, or at the latest moment that is asked for. The first half lets the index begin there.
 */
function beginning({ until, after }: MessageTraceRequest, mark: Mark | undefined): Statement {
  if (mark) {
    const { at, recipient, place } = mark
    return sql`at <= ${at} and (at < ${at} or recipient > ${recipient} or (recipient = ${recipient} and place > ${place}))`
  }
  return after === undefined
    ? sql`at <= ${until}`
    : sql`at <= ${until} and (at < ${until} or recipient > ${after.toLowerCase()})`
}

function narrowing(asked: MessageTraceRequest): readonly Statement[] {
  return [
    ...given(asked.senders, (forms) => anyOf(forms, (form) => likeness(sql`sender`, form))),
    ...given(asked.recipients, (forms) => anyOf(forms, (form) => likeness(sql`recipient`, form))),
    ...given(asked.messageIds, (ids) => anyOf(ids, (id) => sql`message_id = ${id}`)),
    ...given(asked.statuses, (statuses) => anyOf(statuses, (status) => sql`status = ${status}`)),
    ...given(asked.traceId, (id) => sql`trace_id = ${id}`),
    ...given(asked.fromIp, (address) => sql`from_address = ${address}`),
  ]
}

const given = <T>(value: T | undefined, condition: (value: T) => Statement): readonly Statement[] =>
  value === undefined ? [] : [condition(value)]

const anyOf = <T>(values: readonly T[], condition: (value: T) => Statement): Statement =>
  values.length === 0
    ? sql`1 = 0`
    : inARow(
        sql`(`,
        ...values.flatMap((value, index) => (index === 0 ? [condition(value)] : [sql` or `, condition(value)])),
        sql`)`,
      )

/** Addresses are kept in lower case. */
function likeness(column: Statement, form: string): Statement {
  const folded = form.toLowerCase()
  if (!folded.includes('*')) return inARow(column, sql` = ${folded}`)
  const pattern = folded.replaceAll(/[\\%_]/g, '\\$&').replaceAll('*', '%')
  return inARow(column, sql` like ${pattern} escape '\\'`)
}

const traceOf = (row: TraceRow): MessageTrace => ({
  traceId: row.trace_id,
  at: row.at,
  sender: row.sender,
  recipient: row.recipient,
  status: row.status,
  why: row.why,
  messageId: row.message_id,
  subject: row.subject,
  octets: row.octets,
  from: row.from_address,
  by: row.by_name,
  protocol: row.protocol,
})
