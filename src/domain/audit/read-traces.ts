import type { Guid, TenantId } from '../../core/ids.ts'
import { inARow, type Sql, type Statement, sql } from '../../storage/engine.ts'
import type { DeliveryStatus, MessageTrace, TracePage, TraceQuestion } from './message-trace.ts'

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

export async function readTraces(engine: Sql, tenant: TenantId, asked: TraceQuestion): Promise<TracePage> {
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
 * No more than so many, and not some of those and others not that were received at one moment for one recipient: whoever
 * goes on behind the last one would miss the others.
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

/** Where to go on: behind a row, or at the latest moment that is asked for. The first half lets the index begin there. */
function beginning({ until, after }: TraceQuestion, mark: Mark | undefined): Statement {
  if (mark) {
    const { at, recipient, place } = mark
    return sql`at <= ${at} and (at < ${at} or recipient > ${recipient} or (recipient = ${recipient} and place > ${place}))`
  }
  return after === undefined
    ? sql`at <= ${until}`
    : sql`at <= ${until} and (at < ${until} or recipient > ${after.toLowerCase()})`
}

function narrowing(asked: TraceQuestion): readonly Statement[] {
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
