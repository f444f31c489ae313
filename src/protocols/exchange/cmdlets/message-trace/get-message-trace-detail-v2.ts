import { getMessageTraceDetailV2 as declaration } from '../../../../cmdlets/exchange/message-trace/get-message-trace-detail-v2.ts'
import { command } from '../../command.ts'
import { traceIdOf } from '../../message-trace/question.ts'
import { spanOf } from '../../message-trace/span.ts'
import { traceDetailOutputs } from '../../objects/message-trace.ts'

const DAYS = 90

export const getMessageTraceDetailV2 = command({
  declaration,
  role: 'Message Tracking',
  async run({ traceQueries, tenant, began }, given) {
    const { MessageTraceId, RecipientAddress, MessageId, SenderAddress, Action, Event } = given
    const question = {
      ...spanOf(given, began, DAYS),
      traceId: traceIdOf(MessageTraceId),
      recipients: [RecipientAddress],
      ...(MessageId !== undefined && { messageIds: [MessageId] }),
      ...(SenderAddress !== undefined && { senders: [SenderAddress] }),
      limit: 1,
    }
    const { traces } = await traceQueries.ask(tenant.id, question)
    // contract/exchange-admin §8: nothing is done to a message here that would be called an action.
    if (Action) return []
    const wanted = Event?.map((name) => name.toLowerCase())
    return traces
      .flatMap((trace) => traceDetailOutputs(tenant, trace))
      .filter(({ Event: name }) => wanted?.some((it) => String(name).toLowerCase().startsWith(it)) ?? true)
  },
})
