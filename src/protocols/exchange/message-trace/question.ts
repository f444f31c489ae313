import type { ValuesOf } from '../../../cmdlets/cmdlet.ts'
import type { traceParameters } from '../../../cmdlets/exchange/message-trace/trace-parameters.ts'
import type { Guid } from '../../../core/ids.ts'
import type { DeliveryStatus, TraceQuestion } from '../../../domain/audit/message-trace.ts'
import { wrongParameters } from '../refusals.ts'

const MOST_VALUES = 100

/** The ends that a message has here. */
const ends: ReadonlySet<string> = new Set<DeliveryStatus>(['Delivered', 'Expanded', 'Failed', 'None'])
const isAnEnd = (status: string): status is DeliveryStatus => ends.has(status)

/** What the parameters that both cmdlets have ask for. */
export function narrowingOf(given: ValuesOf<typeof traceParameters>): Partial<TraceQuestion> {
  const { SenderAddress, RecipientAddress, MessageId, MessageTraceId, FromIP, ToIP, Status } = given
  // Nothing leaves for another server, so what went to one of them is nothing.
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
