import type { ValuesOf } from '../../../cmdlets/cmdlet.ts'
import type { traceParameters } from '../../../cmdlets/exchange/message-trace.ts'
import { DAY, MINUTE } from '../../../core/time.ts'
import type { Guid, TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { World } from '../../../core/world.ts'
import type {
  DeliveryStatus,
  MessageTraces,
  TracePage,
  MessageTraceRequest,
} from '../../../domain/audit/message-trace.ts'
import { wrongParameters } from '../failure.ts'

const MOST_VALUES = 100

/** The ends that a message has here. */
const ends: ReadonlySet<string> = new Set<DeliveryStatus>(['Delivered', 'Expanded', 'Failed', 'None'])
const isAnEnd = (status: string): status is DeliveryStatus => ends.has(status)

/** The filter from the parameters that both cmdlets have. */
export function narrowingOf(given: ValuesOf<typeof traceParameters>): Partial<MessageTraceRequest> {
  const { SenderAddress, RecipientAddress, MessageId, MessageTraceId, FromIP, ToIP, Status } = given
  // Postern sends nothing to other servers, so a filter by server matches nothing.
  const statuses = ToIP === undefined ? Status?.filter(isAnEnd) : []
  return {
    ...(SenderAddress && { senders: few('SenderAddress', SenderAddress) }),
    ...(RecipientAddress && { recipients: few('RecipientAddress', RecipientAddress) }),
    ...(MessageId && { messageIds: few('MessageId', MessageId) }),
    ...(MessageTraceId !== undefined && { traceId: traceIdOf(MessageTraceId) }),
    ...(FromIP !== undefined && { fromIp: FromIP }),
    ...(statuses && { statuses }),
  }
}

const few = (name: string, values: readonly string[]): readonly string[] =>
  values.length <= MOST_VALUES ? values : wrongParameters(`-${name} takes ${MOST_VALUES} values at most.`)

/** With its hyphens, or without. */
export function traceIdOf(given: string): Guid {
  const hex = given.trim().replaceAll('-', '').toLowerCase()
  if (!/^[0-9a-f]{32}$/.test(hex)) return wrongParameters(`'${given.slice(0, 64)}' is not a GUID.`)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as Guid
}

const DEFAULT = 2 * DAY
const LONGEST = 10 * DAY

interface Span {
  readonly from: number
  readonly until: number
}

/**
 * docs/reference/exchange-admin.md §8: the last 48 hours unless said, ten days at most, and none that began more days
 * ago.
 */
export function spanOf(given: { StartDate?: Date; EndDate?: Date }, now: number, mostDaysAgo: number): Span {
  const until = given.EndDate?.getTime() ?? now
  const from = given.StartDate?.getTime() ?? until - DEFAULT
  if (from > until) wrongParameters('The StartDate has to be before the EndDate.')
  // The limit is in days; a second more is accepted.
  if (Math.floor(now / DAY) - Math.floor(from / DAY) > mostDaysAgo) {
    wrongParameters(`Invalid StartDate value. The StartDate can't be older than ${mostDaysAgo} days from today.`)
  }
  if (until - from > LONGEST + 1000) {
    wrongParameters(
      "The interval between StartDate and EndDate can't be longer than 10 days.",
      'System.ArgumentException',
    )
  }
  return { from, until }
}

/** docs/reference/exchange-admin.md §8: so many queries of a tenant are taken within that time. */
const MOST = 100
const WITHIN = 5 * MINUTE

/** Message traces for administrators. The number of queries is limited. */
export interface TraceQueries {
  /** A following page is a query too: each is read again. Refuses `busy`. */
  ask(tenant: TenantId, passwordRequest: MessageTraceRequest): Promise<TracePage>
}

export function traceQueries({ traces, world }: { traces: Pick<MessageTraces, 'page'>; world: World }): TraceQueries {
  const request = new Map<TenantId, readonly number[]>()
  return {
    ask(tenant, passwordRequest) {
      const now = world.now()
      const recent = (request.get(tenant) ?? []).filter((at) => at > now - WITHIN)
      if (recent.length >= MOST) {
        refuse('busy', 'Your recent queries have surpassed the permitted limit, please try again later.')
      }
      request.set(tenant, [...recent, now])
      return traces.page(tenant, passwordRequest)
    },
  }
}
