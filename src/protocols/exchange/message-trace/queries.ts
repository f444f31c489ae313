import type { TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { World } from '../../../core/world.ts'
import type { MessageTraces, TracePage, TraceQuestion } from '../../../domain/audit/message-trace.ts'

/** contract/exchange-admin §8: so many queries of a tenant are taken within that time. */
const MOST = 100
const WITHIN = 5 * 60 * 1000

/** What became of messages, for administrators, who ask only so often. */
export interface TraceQueries {
  /** A following page is a query too: each is read again. Refuses `busy`. */
  ask(tenant: TenantId, question: TraceQuestion): Promise<TracePage>
}

export function traceQueries({ traces, world }: { traces: Pick<MessageTraces, 'page'>; world: World }): TraceQueries {
  const asked = new Map<TenantId, readonly number[]>()
  return {
    ask(tenant, question) {
      const now = world.now()
      const recent = (asked.get(tenant) ?? []).filter((at) => at > now - WITHIN)
      if (recent.length >= MOST) {
        refuse('busy', 'Your recent queries have surpassed the permitted limit, please try again later.')
      }
      asked.set(tenant, [...recent, now])
      return traces.page(tenant, question)
    },
  }
}
